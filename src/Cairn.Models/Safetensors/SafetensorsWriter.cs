using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cairn.Tensors;

namespace Cairn.Models.Safetensors;

/// <summary>Collects tensors and writes them as a safetensors file.</summary>
/// <remarks>
/// Wider elements come first, as the reference implementation orders them, so that every tensor is aligned. Contents
/// are asked for while the file is written. The same calls give the same bytes. Not thread-safe.
/// </remarks>
public sealed class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    private readonly List<PendingTensor> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { "__metadata__" };
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Sets a text of <c>__metadata__</c>.</summary>
    public void SetMetadata(string key, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        _metadata[key] = value;
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Name, unique in the file.</param>
    /// <param name="type">Element type; block formats are not possible.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a single number.</param>
    /// <param name="content">Writes the bytes when their turn comes.</param>
    /// <exception cref="NotSupportedException">The format cannot hold the type.</exception>
    public void AddTensor(string name, GgmlType type, IReadOnlyList<long> shape, Action<Stream> content)
    {
        _ = SafetensorsTypes.NameOf(type);
        var tensor = PendingTensor.Create(name, type, shape, content);
        if (!_names.Add(name)) throw new ArgumentException($"Tensor '{name}' was already added or is reserved.", nameof(name));
        _tensors.Add(tensor);
    }

    /// <summary>Writes the file: beside its place first, then moved there.</summary>
    /// <param name="path">The file; an existing one is replaced when the new one is complete.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between pieces of a tensor; nothing is left behind.</param>
    /// <exception cref="InvalidOperationException">A tensor's content has another size than its shape and type.</exception>
    public void Write(string path, IProgress<WriteProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var ordered = _tensors
            .OrderByDescending(tensor => ElementBytes(tensor.Type))
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToList();
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream, ordered);
            var (written, total) = (0L, ordered.Sum(tensor => tensor.SizeInBytes));
            for (var i = 0; i < ordered.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ordered[i].Write(stream);
                written += ordered[i].SizeInBytes;
                progress?.Report(new WriteProgress(ordered[i].Name, i + 1, ordered.Count, written, total));
            }
        }, cancellationToken);
    }

    private void WriteHeader(Stream stream, List<PendingTensor> tensors)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (_metadata.Count > 0) WriteMetadata(writer);
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                WriteTensor(writer, tensor, offset);
                offset += tensor.SizeInBytes;
            }

            writer.WriteEndObject();
        }

        while (json.Length % HeaderAlignment != 0) json.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        stream.Write(length);
        json.WriteTo(stream);
    }

    private void WriteMetadata(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("__metadata__");
        foreach (var (key, value) in _metadata) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter writer, PendingTensor tensor, long offset)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", SafetensorsTypes.NameOf(tensor.Type));
        writer.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape) writer.WriteNumberValue(dimension);
        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(offset + tensor.SizeInBytes);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static int ElementBytes(GgmlType type) => TensorTypeLayout.TryGet(type, out var layout) ? layout.BlockBytes : 0;
}
