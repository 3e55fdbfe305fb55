namespace Cairn.Models.Safetensors;

/// <summary>A safetensors file, mapped into memory and checked as a container.</summary>
/// <remarks>
/// Layout: header length (8 bytes), JSON header, data without holes; see the format section of the safetensors
/// repository. Opening allocates in proportion to the header. The file must not shrink while it is open.
/// </remarks>
public sealed unsafe class SafetensorsFile : ITensorSource
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _byName;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header)
    {
        _file = file;
        _byName = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Tensors = header.Tensors;
        Metadata = header.Metadata;
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <summary>Bytes in the file.</summary>
    public long SizeInBytes => _file.Length;

    /// <inheritdoc/>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The texts of the header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file breaks the format.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file));
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
    public void Dispose() => _file.Dispose();
}
