using System.Text;
using Cairn.Tensors;

namespace Cairn.Models.Gguf;

/// <summary>Collects metadata and tensors and writes them as a GGUF file of version 3.</summary>
/// <remarks>
/// Tensor contents are asked for while the file is written, one after another, so a model never has to fit into
/// memory. The same calls give the same bytes. Not thread-safe.
/// </remarks>
public sealed class GgufWriter
{
    private const uint Version = 3;

    private readonly int _alignment;
    private readonly List<byte[]> _metadata = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<PendingTensor> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Starts an empty file.</summary>
    /// <param name="alignment">Alignment of tensor data in bytes, a power of two from 8; readers expect 32.</param>
    public GgufWriter(int alignment = GgufFormat.DefaultAlignment)
    {
        if (alignment < 8 || alignment > GgufFormat.MaximumAlignment || !int.IsPow2(alignment))
        {
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "The alignment must be a power of two from 8.");
        }

        _alignment = alignment;
        if (alignment != GgufFormat.DefaultAlignment) Add(GgufFile.AlignmentKey, (uint)alignment);
    }

    /// <summary>Adds a text.</summary>
    public void Add(string key, string value) => Add(key, GgufValueType.String, writer => WriteText(writer, value));

    /// <summary>Adds a whole number.</summary>
    public void Add(string key, uint value) => Add(key, GgufValueType.UInt32, writer => writer.Write(value));

    /// <summary>Adds a real number.</summary>
    public void Add(string key, float value) => Add(key, GgufValueType.Float32, writer => writer.Write(value));

    /// <summary>Adds a truth value.</summary>
    public void Add(string key, bool value) => Add(key, GgufValueType.Boolean, writer => writer.Write(value));

    /// <summary>Adds a list of texts.</summary>
    public void Add(string key, IReadOnlyList<string> values) => AddList(key, GgufValueType.String, values, WriteText);

    /// <summary>Adds a list of whole numbers.</summary>
    public void Add(string key, IReadOnlyList<int> values) =>
        AddList(key, GgufValueType.Int32, values, (writer, value) => writer.Write(value));

    /// <summary>Adds a list of real numbers.</summary>
    public void Add(string key, IReadOnlyList<float> values) =>
        AddList(key, GgufValueType.Float32, values, (writer, value) => writer.Write(value));

    /// <summary>Adds a list of truth values.</summary>
    public void Add(string key, IReadOnlyList<bool> values) =>
        AddList(key, GgufValueType.Boolean, values, (writer, value) => writer.Write(value));

    /// <summary>Adds a list of bytes.</summary>
    public void AddBytes(string key, IReadOnlyList<byte> values) =>
        AddList(key, GgufValueType.UInt8, values, (writer, value) => writer.Write(value));

    /// <summary>Copies a value of another file, whatever its type.</summary>
    /// <param name="source">Metadata of an open file.</param>
    /// <param name="key">A key that is there.</param>
    public void Copy(GgufMetadata source, string key)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.TryGetEntry(key, out var entry)) throw new ArgumentException($"There is no key '{key}' to copy.", nameof(key));

        Add(key, entry.Type, writer =>
        {
            if (entry.ElementType is { } element)
            {
                writer.Write((uint)element);
                writer.Write((ulong)entry.Count);
            }

            source.CopyValue(entry, writer.BaseStream);
        });
    }

    /// <summary>Adds a tensor; tensors keep the order in which they are added.</summary>
    /// <param name="name">Name, unique in the file.</param>
    /// <param name="type">Element format.</param>
    /// <param name="shape">One to four dimensions, outermost first.</param>
    /// <param name="content">Writes the bytes when their turn comes.</param>
    public void AddTensor(string name, GgmlType type, IReadOnlyList<long> shape, Action<Stream> content)
    {
        var tensor = PendingTensor.Create(name, type, shape, content);
        if (shape.Count is 0 or > GgufFormat.MaximumDimensions || shape.Contains(0))
        {
            throw new ArgumentException($"Tensor '{name}' needs one to four dimensions, none of them 0.", nameof(shape));
        }

        if (!_names.Add(name)) throw new ArgumentException($"Tensor '{name}' was already added.", nameof(name));
        _tensors.Add(tensor);
    }

    /// <summary>Writes the file: beside its place first, then moved there.</summary>
    /// <param name="path">The file; an existing one is replaced when the new one is complete.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between pieces of a tensor; nothing is left behind.</param>
    /// <exception cref="InvalidOperationException">A tensor's content has another size than its shape and type.</exception>
    public void Write(string path, IProgress<WriteProgress>? progress = null, CancellationToken cancellationToken = default) =>
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream);
            WriteTensors(stream, progress, cancellationToken);
        }, cancellationToken);

    private void WriteHeader(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(GgufFormat.Magic);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_keys.Count);
        writer.Flush();
        foreach (var entry in _metadata) stream.Write(entry);

        var offset = 0L;
        foreach (var tensor in _tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            for (var i = tensor.Shape.Count - 1; i >= 0; i--) writer.Write((ulong)tensor.Shape[i]);
            writer.Write((uint)tensor.Type);
            writer.Write((ulong)offset);
            offset = GgufFormat.Align(offset + tensor.SizeInBytes, _alignment);
        }

        writer.Flush();
        Pad(stream);
    }

    private void WriteTensors(Stream stream, IProgress<WriteProgress>? progress, CancellationToken cancellationToken)
    {
        var (written, total) = (0L, _tensors.Sum(tensor => tensor.SizeInBytes));
        for (var i = 0; i < _tensors.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _tensors[i].Write(stream);
            Pad(stream);
            written += _tensors[i].SizeInBytes;
            progress?.Report(new WriteProgress(_tensors[i].Name, i + 1, _tensors.Count, written, total));
        }
    }

    private void Pad(Stream stream)
    {
        for (var i = GgufFormat.Align(stream.Position, _alignment) - stream.Position; i > 0; i--) stream.WriteByte(0);
    }

    private void AddList<T>(string key, GgufValueType type, IReadOnlyList<T> values, Action<BinaryWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(values);
        Add(key, GgufValueType.Array, writer =>
        {
            writer.Write((uint)type);
            writer.Write((ulong)values.Count);
            foreach (var value in values) write(writer, value);
        });
    }

    private void Add(string key, GgufValueType type, Action<BinaryWriter> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!_keys.Add(key)) throw new ArgumentException($"Key '{key}' was already added.", nameof(key));

        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        WriteText(writer, key);
        writer.Write((uint)type);
        write(writer);
        writer.Flush();
        _metadata.Add(bytes.ToArray());
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
