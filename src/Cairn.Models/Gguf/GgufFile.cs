namespace Cairn.Models.Gguf;

/// <summary>A GGUF model file (version 2 or 3), mapped into memory and checked as a container.</summary>
/// <remarks>
/// Layout: magic, version, counts, metadata, tensor list, padding, data; see the GGUF specification in the ggml
/// repository. Opening reads only the header and allocates in proportion to what the file really holds. Whether the
/// tensors make a model that runs is the configuration's question. The file must not shrink while it is open.
/// </remarks>
public sealed unsafe class GgufFile : ITensorSource
{
    /// <summary>Metadata key of the alignment of tensor data.</summary>
    public const string AlignmentKey = "general.alignment";

    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _byName;

    private GgufFile(MappedFile file, int version, uint alignment, GgufMetadata metadata, List<TensorInfo> tensors)
    {
        _file = file;
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Version = version;
        Alignment = (int)alignment;
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <summary>Bytes in the file.</summary>
    public long SizeInBytes => _file.Length;

    /// <summary>Version of the format: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>Alignment of tensor data in bytes.</summary>
    public int Alignment { get; }

    /// <summary>Typed access to the metadata.</summary>
    public GgufMetadata Metadata { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file breaks the format.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static GgufFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, out TensorView view)
    {
        var found = _byName.TryGetValue(name, out var info);
        view = found ? new TensorView(info!, _file.Start + info!.Offset) : default;
        return found;
    }

    /// <inheritdoc/>
    public void Release(TensorView view) => _file.Release(view.Info.Offset, view.Info.SizeInBytes);

    /// <inheritdoc/>
    public void ReleasePart(TensorView view, long start, long length) => _file.Release(view.Info.Offset + start, length);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static GgufFile Read(MappedFile file)
    {
        var cursor = new GgufCursor(file);
        var version = ReadVersion(cursor);
        var tensorCount = ReadCount(cursor, "tensors", GgufFormat.MaximumTensors);
        var keyCount = ReadCount(cursor, "metadata keys", GgufFormat.MaximumKeys);
        var metadata = new GgufMetadata(file, new GgufMetadataReader(file, cursor).Read(keyCount));
        var alignment = ReadAlignment(file, metadata);
        var tensors = new GgufTensorReader(file, cursor, alignment).Read(tensorCount);
        return new GgufFile(file, version, alignment, metadata, tensors);
    }

    private static int ReadVersion(GgufCursor cursor)
    {
        var magic = cursor.ReadUInt32("the magic number");
        if (magic != GgufFormat.Magic)
        {
            throw cursor.Error(
                ModelFormatError.BadMagic, "this is no GGUF file", "it to begin with 'GGUF'", $"bytes 0x{magic:X8}", 0);
        }

        var version = cursor.ReadUInt32("the version");
        return version is 2 or 3 ? (int)version : throw cursor.Error(
            ModelFormatError.BadVersion,
            version > ushort.MaxValue ? "this is a big-endian GGUF file; convert it" : "this GGUF version is not read here",
            "version 2 or 3", $"{version}", 4);
    }

    private static ulong ReadCount(GgufCursor cursor, string what, ulong most)
    {
        var start = cursor.Position;
        var count = cursor.ReadUInt64($"the number of {what}");
        return count <= most ? count : throw cursor.Error(
            ModelFormatError.BadCount, $"the header claims too many {what}", $"at most {most:N0}", $"{count:N0}", start);
    }

    private static uint ReadAlignment(MappedFile file, GgufMetadata metadata)
    {
        if (!metadata.TryGetUInt32(AlignmentKey, out var alignment)) return GgufFormat.DefaultAlignment;
        if (alignment is >= 8 and <= GgufFormat.MaximumAlignment && uint.IsPow2(alignment)) return alignment;

        throw new ModelFormatException(
            ModelFormatError.BadAlignment, file.Path, $"'{AlignmentKey}' is not usable",
            $"a power of two from 8 to {GgufFormat.MaximumAlignment:N0}", $"{alignment:N0}");
    }
}
