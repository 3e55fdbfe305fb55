using Cairn.Hub.Conversion;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;

namespace Cairn.Hub.Quantization;

/// <summary>Writes a model again with smaller types.</summary>
/// <remarks>
/// Metadata is copied as it stands but for <c>general.file_type</c>, <c>general.quantization_version</c> and
/// <c>quantize.imatrix.*</c>. Tensors keep their order. The same input, options and build give the same bytes, whatever
/// the number of threads.
/// </remarks>
public sealed class ModelQuantizer
{
    private const string FileTypeKey = "general.file_type";
    private const string VersionKey = "general.quantization_version";
    private const string ImportancePrefix = "quantize.imatrix.";
    private const string SplitPrefix = "split.";
    private const uint QuantizationVersion = 2;

    private readonly GgufFile _source;
    private readonly QuantizationOptions _options;
    private readonly QuantizationPlan _plan;
    private readonly Dictionary<string, RowConversion> _conversions = new(StringComparer.Ordinal);

    private ModelQuantizer(GgufFile source, QuantizationOptions options)
    {
        (_source, _options) = (source, options);
        _plan = new QuantizationPlan(options.Preset, Describe(source, options), options.IsPure);
    }

    /// <summary>Quantises a model.</summary>
    /// <param name="input">A GGUF file, or a Hugging Face folder, which is converted first.</param>
    /// <param name="output">The file to write; replaced only when the new one is complete.</param>
    /// <param name="options">Types and importance; null for the defaults.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between panels of rows; nothing is left behind.</param>
    /// <exception cref="ModelFormatException">The input is broken, or quantised already and that is not allowed.</exception>
    /// <exception cref="ArgumentException">Input and output are one file.</exception>
    public static QuantizationReport Quantize(
        string input,
        string output,
        QuantizationOptions? options = null,
        IProgress<WriteProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentException.ThrowIfNullOrEmpty(output);
        options ??= new QuantizationOptions();
        if (string.Equals(Path.GetFullPath(input), Path.GetFullPath(output), StringComparison.Ordinal))
        {
            throw new ArgumentException("Input and output are the same file; the source would be lost.", nameof(output));
        }

        if (!Directory.Exists(input)) return QuantizeFile(input, output, options, progress, cancellationToken);

        var converted = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(output))!, $".{Path.GetFileName(output)}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        try
        {
            GgufConverter.Convert(input, converted, new ConversionOptions { Type = GgmlType.F32 }, null, cancellationToken);
            return QuantizeFile(converted, output, options, progress, cancellationToken);
        }
        finally
        {
            File.Delete(converted);
        }
    }

    private static QuantizationReport QuantizeFile(
        string input, string output, QuantizationOptions options, IProgress<WriteProgress>? progress, CancellationToken cancellationToken)
    {
        using var source = GgufFile.Open(input);
        var quantizer = new ModelQuantizer(source, options);
        quantizer.RequireSourceTypes();
        using var team = new ThreadTeam(options.Threads);
        return quantizer.Write(output, new RowConverter(team), progress, cancellationToken);
    }

    private static QuantizationSubject Describe(GgufFile file, QuantizationOptions options)
    {
        var name = file.Metadata.GetString(Architectures.ArchitectureKey);
        var hasOutput = file.TryGetTensor("output.weight", out _);
        var hasImportance = options.Importance is not null;
        if (EncoderFamilies.HasArchitecture(name))
        {
            return new QuantizationSubject(ModelValidator.ValidateEncoder(file).LayerCount, 1, 0, hasOutput, hasImportance);
        }

        var decoder = ModelValidator.ValidateDecoder(file);
        return new QuantizationSubject(
            decoder.LayerCount, decoder.HeadCount / decoder.KvHeadCount, decoder.ExpertCount, hasOutput, hasImportance);
    }

    /// <summary>Refuses to round twice, unless that was asked for.</summary>
    private void RequireSourceTypes()
    {
        if (_options.Preset.NeedsImportance && _options.Importance is null && !_options.IsPure)
        {
            throw new ArgumentException($"{_options.Preset} is useless without an importance matrix; compute one and pass it.", nameof(_options));
        }

        var rounded = _source.Tensors.FirstOrDefault(IsRequantized);
        if (rounded is null || _options.AllowsRequantizing) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, _source.Path,
            $"tensor '{rounded.Name}' is quantised already, and rounding it again adds a second error; start from an unquantised file, or allow it (--allow-requantize)",
            "F32, F16 or BF16", rounded.TypeName, rounded.Offset, rounded.Name);
    }

    /// <summary>Whether a tensor would be rounded a second time; single precision holds what it was rounded to.</summary>
    private bool IsRequantized(TensorInfo tensor) =>
        BlockFormat.Get(tensor.Type).BlockSize > 1 && _plan.TypeOf(tensor) is var type && type != tensor.Type && type != GgmlType.F32;

    private QuantizationReport Write(
        string output, RowConverter converter, IProgress<WriteProgress>? progress, CancellationToken cancellationToken)
    {
        var writer = new GgufWriter(_source.Alignment);
        CopyMetadata(writer);
        foreach (var tensor in _source.Tensors)
        {
            var type = _plan.TypeOf(tensor);
            writer.AddTensor(tensor.Name, type, tensor.Shape, stream => WriteTensor(tensor, type, converter, stream, cancellationToken));
        }

        writer.Write(output, progress, cancellationToken);
        return new QuantizationReport(
            output,
            _options.Preset.Name,
            new FileInfo(output).Length,
            _source.SizeInBytes,
            _source.Tensors.Sum(tensor => tensor.ElementCount),
            [.. _source.Tensors.Select(Describe)])
        {
            RequantizedCount = _source.Tensors.Count(IsRequantized),
        };
    }

    private QuantizedTensor Describe(TensorInfo tensor)
    {
        var type = _plan.TypeOf(tensor);
        var size = BlockFormat.Get(type).RowBytes(tensor.Shape[^1]) * (tensor.ElementCount / tensor.Shape[^1]);
        return new QuantizedTensor(
            tensor.Name, tensor.Type, type, size, _conversions.TryGetValue(tensor.Name, out var conversion) ? conversion : null);
    }

    private void CopyMetadata(GgufWriter writer)
    {
        foreach (var key in _source.Metadata.Keys)
        {
            if (key is FileTypeKey) writer.Add(FileTypeKey, _options.Preset.FileType);
            else if (key is VersionKey) writer.Add(VersionKey, QuantizationVersion);
            else if (key is not GgufFile.AlignmentKey && !key.StartsWith(ImportancePrefix, StringComparison.Ordinal)
                && !key.StartsWith(SplitPrefix, StringComparison.Ordinal))
            {
                writer.Copy(_source.Metadata, key);
            }
        }

        if (!_source.Metadata.Contains(FileTypeKey)) writer.Add(FileTypeKey, _options.Preset.FileType);
        if (!_source.Metadata.Contains(VersionKey)) writer.Add(VersionKey, QuantizationVersion);
        if (_options.Importance is not { } importance) return;

        writer.Add(ImportancePrefix + "file", Path.GetFileName(importance.Path));
        writer.Add(ImportancePrefix + "dataset", importance.Dataset);
        writer.Add(ImportancePrefix + "entries_count", (uint)importance.Names.Count);
        writer.Add(ImportancePrefix + "chunks_count", (uint)importance.ChunkCount);
    }

    private void WriteTensor(TensorInfo tensor, GgmlType type, RowConverter converter, Stream stream, CancellationToken cancellationToken)
    {
        _source.TryGetTensor(tensor.Name, out var view);
        if (type == tensor.Type)
        {
            TensorBytes.Copy(view, stream, cancellationToken);
        }
        else
        {
            var importance = _options.Importance is { } matrix ? matrix.For(tensor) : default;
            _conversions[tensor.Name] = converter.Convert(
                _source.Path, view, BlockFormat.Get(type), importance, stream, cancellationToken);
        }

        _source.Release(view);
    }
}
