using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Models.HuggingFace;

/// <summary>Writes a model as a Hugging Face folder: config.json and model.safetensors, names and layouts undone.</summary>
public static unsafe class HuggingFaceWriter
{
    private const string ConfigFile = "config.json";
    private const string WeightsFile = "model.safetensors";

    private static readonly Dictionary<GgmlType, string> TypeNames = new()
    {
        [GgmlType.F16] = "float16",
        [GgmlType.BF16] = "bfloat16",
        [GgmlType.F32] = "float32",
    };

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Element types that the weights can get.</summary>
    public static IReadOnlyCollection<GgmlType> TargetTypes => TypeNames.Keys;

    /// <summary>Writes a decoder's configuration and weights.</summary>
    /// <param name="source">Tensors under their canonical names, of any type; block formats are dequantised.</param>
    /// <param name="configuration">The model.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="type">One of <see cref="TargetTypes"/>.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="ModelFormatException">
    /// Something of the model cannot be said in config.json, a tensor has no place in such a folder, or a weight does not
    /// fit the type.
    /// </exception>
    public static void Write(
        ITensorSource source,
        DecoderConfiguration configuration,
        string folder,
        GgmlType type,
        IProgress<WriteProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(configuration);
        WriteConfig(source, configuration, folder, NameOf(type));
        var names = configuration.TensorNames;
        string[] computed = [names.RopeDivisors, names.RopeFactorsShort, names.RopeFactorsLong];
        var mapping = TensorMapping.ForFamily(DecoderFolderFamilies.Of(configuration).ModelType);
        WriteWeights(
            source, source.Tensors.Where(info => !computed.Contains(info.Name)), mapping, isBare: false, new LayoutSizes(configuration.HeadDim),
            Path.Combine(folder, WeightsFile), type, progress, cancellationToken);
    }

    /// <summary>Writes an encoder's configuration and weights, and the files that say how its vectors are pooled.</summary>
    /// <param name="source">Tensors under their canonical names, of any type; block formats are dequantised.</param>
    /// <param name="configuration">The model.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="type">One of <see cref="TargetTypes"/>.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="ModelFormatException">
    /// Something of the model cannot be said in these files, a tensor has no place in such a folder, or a weight does not
    /// fit the type.
    /// </exception>
    public static void Write(
        ITensorSource source,
        EncoderConfiguration configuration,
        string folder,
        GgmlType type,
        IProgress<WriteProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(configuration);
        WriteConfig(source, configuration, folder, NameOf(type));
        WriteWeights(
            source, source.Tensors, TensorMapping.ForFamily(configuration.Family.Name), isBare: configuration.Labels.Count == 0,
            new LayoutSizes(configuration.HeadDim, EncoderConfigWriter.PaddingPositions(configuration.Family)),
            Path.Combine(folder, WeightsFile), type, progress, cancellationToken);
    }

    private static string NameOf(GgmlType type) => TypeNames.TryGetValue(type, out var name)
        ? name
        : throw new ArgumentException($"Weights cannot be {type}; possible: {string.Join(", ", TargetTypes)}.", nameof(type));

    private static void WriteWeights(
        ITensorSource source,
        IEnumerable<TensorInfo> tensors,
        TensorMapping mapping,
        bool isBare,
        LayoutSizes sizes,
        string path,
        GgmlType type,
        IProgress<WriteProgress>? progress,
        CancellationToken cancellationToken)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "pt");
        foreach (var info in tensors)
        {
            if (!mapping.TryInvert(info.Name, out var target, isBare))
            {
                throw new ModelFormatException(
                    ModelFormatError.UnexpectedTensor, source.Path, $"tensor '{info.Name}' has no place in a Hugging Face folder", tensor: info.Name);
            }

            Add(writer, source, info, target, sizes, BlockFormat.Get(type));
        }

        writer.Write(path, progress, cancellationToken);
    }

    private static void WriteConfig(ITensorSource source, EncoderConfiguration c, string folder, string typeName)
    {
        File.WriteAllText(Path.Combine(folder, ConfigFile), EncoderConfigWriter.Describe(c, typeName).ToJsonString(Indented) + "\n");
        foreach (var (path, json) in EncoderConfigWriter.DescribePooling(c))
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, json.ToJsonString(Indented) + "\n");
        }

        var back = EncoderConfiguration.FromFolder(folder);
        if (back.Labels.SequenceEqual(c.Labels, StringComparer.Ordinal)) back = back with { Labels = c.Labels }; // lists compare as objects
        RequireEqual(source, c, c.Labels.Count > 0 ? back with { Pooling = c.Pooling, IsNormalized = c.IsNormalized } : back);
    }

    /// <summary>Writes config.json and reads it again: what it cannot say must not be lost unseen.</summary>
    private static void WriteConfig(ITensorSource source, DecoderConfiguration configuration, string folder, string typeName)
    {
        var path = Path.Combine(folder, ConfigFile);
        File.WriteAllText(path, DecoderConfigWriter.Describe(source, configuration, typeName).ToJsonString(Indented) + "\n");
        RequireEqual(source, configuration, DecoderConfiguration.FromFolder(folder));
    }

    private static void RequireEqual<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        ITensorSource source, T configuration, T back)
        where T : IEquatable<T>
    {
        if (back.Equals(configuration)) return;

        var lost = typeof(T).GetProperties()
            .Where(property => !Equals(property.GetValue(back), property.GetValue(configuration)))
            .Select(property => $"{property.Name} {property.GetValue(configuration)}");
        throw new ModelFormatException(
            ModelFormatError.Unsupported, source.Path, "the model cannot be described in config.json", got: string.Join(", ", lost));
    }

    private static void Add(
        SafetensorsWriter writer, ITensorSource source, TensorInfo info, HuggingFaceTensor target, LayoutSizes sizes, BlockFormat format)
    {
        var count = target.IsStack ? (int)info.Shape[0] : 1;
        long[] part = target.IsStack ? [.. info.Shape.Skip(1)] : [.. info.Shape];
        long[] shape = target.Layout switch
        {
            TensorLayout.Transposed => [part[1], part[0]],
            TensorLayout.SkippedRows => [part[0] + sizes.SkippedRows, part[1]],
            _ => part,
        };
        for (var i = 0; i < count; i++)
        {
            var index = i;
            writer.AddTensor(target.NameOf(i), format.Type, shape, stream => WritePart(stream, source, info, target.Layout, part, index, sizes, format));
        }
    }

    private static void WritePart(
        Stream stream, ITensorSource source, TensorInfo info, TensorLayout layout, long[] shape, int index, LayoutSizes sizes, BlockFormat format)
    {
        source.TryGetTensor(info.Name, out var view);
        var part = new TensorInfo(info.Name, GgmlType.F32, shape, info.Offset, shape.Aggregate(4L, (bytes, size) => bytes * size));
        using var values = new AlignedMemory<float>(part.ElementCount, zeroed: false);
        var rows = (int)(part.ElementCount / view.Columns);
        for (var row = 0; row < rows; row++) view.CopyRow((index * rows) + row, values.Span((long)row * view.Columns, view.Columns));
        source.Release(view);

        var skipped = layout == TensorLayout.SkippedRows ? (long)sizes.SkippedRows * view.Columns : 0;
        using var undone = new AlignedMemory<float>(part.ElementCount + skipped, zeroed: false);
        TensorLayouts.Undo(new TensorView(part, (byte*)values.Pointer), layout, sizes, (byte*)undone.Pointer);
        const int Chunk = 1 << 16;
        var bytes = new byte[format.RowBytes(Chunk)];
        for (var start = 0L; start < undone.Length; start += Chunk)
        {
            var chunk = undone.Span(start, (int)Math.Min(Chunk, undone.Length - start));
            WeightRange.Require(source.Path, info, format, chunk, (int)(start / view.Columns));
            var target = bytes.AsSpan(0, (int)format.RowBytes(chunk.Length));
            format.Quantize(chunk, target);
            stream.Write(target);
        }
    }
}
