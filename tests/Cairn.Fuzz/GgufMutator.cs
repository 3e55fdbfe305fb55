using Cairn.Models.Gguf;

namespace Cairn.Fuzz;

/// <summary>Spoils GGUF files where it hurts: in half of the cases a metadata value or a field of the tensor list, else anything.</summary>
internal sealed class GgufMutator
{
    private readonly int[] _values; // where metadata values lie
    private readonly int _head; // where tensor data begin

    /// <summary>Learns where a valid file keeps its values.</summary>
    public GgufMutator(string path)
    {
        using var file = GgufFile.Open(path);
        _values = [.. file.Metadata.Entries.Where(entry => entry.Type != GgufValueType.String).Select(entry => (int)entry.Offset)];
        _head = (int)file.Tensors.Min(tensor => tensor.Offset);
    }

    /// <summary>Spoils the file.</summary>
    public byte[] Mutate(byte[] content, Random random)
    {
        if (random.Next(2) == 0) return ByteMutator.Mutate(content, _head, random);

        content = ByteMutator.WriteNumber(content, _values[random.Next(_values.Length)], random);
        return random.Next(3) == 0 ? ByteMutator.WriteNumber(content, _values[random.Next(_values.Length)], random) : content;
    }
}
