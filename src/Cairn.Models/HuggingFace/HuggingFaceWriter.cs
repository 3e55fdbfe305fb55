using System.Text.Encodings.Web;
using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Models.HuggingFace;

/// <summary>Writes a decoder as a Hugging Face folder: config.json and model.safetensors, names and layouts undone.</summary>
public static unsafe class HuggingFaceWriter
{
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

    /// <summary>Writes configuration and weights.</summary>
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
        if (!TypeNames.TryGetValue(type, out var typeName))
            throw new ArgumentException($"Weights cannot be {type}; possible: {string.Join(", ", TargetTypes)}.", nameof(type));

        WriteConfig(source, configuration, folder, typeName);
        var names = configuration.TensorNames;
        var mapping = TensorMapping.ForFamily(DecoderFolderFamilies.Of(configuration).ModelType);
        var sizes = new LayoutSizes(configuration.HeadDim);
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "pt");
        foreach (var info in source.Tensors)
        {
            if (info.Name == names.RopeDivisors || info.Name == names.RopeFactorsShort || info.Name == names.RopeFactorsLong) continue;
            if (!mapping.TryInvert(info.Name, out var target))
            {
                throw new ModelFormatException(
                    ModelFormatError.UnexpectedTensor, source.Path, $"tensor '{info.Name}' has no place in a Hugging Face folder", tensor: info.Name);
            }

            Add(writer, source, info, target, sizes, BlockFormat.Get(type));
        }

        writer.Write(Path.Combine(folder, "model.safetensors"), progress, cancellationToken);
    }

    /// <summary>Writes config.json and reads it again: what it cannot say must not be lost unseen.</summary>
    private static void WriteConfig(ITensorSource source, DecoderConfiguration configuration, string folder, string typeName)
    {
        var path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, DecoderConfigWriter.Describe(source, configuration, typeName).ToJsonString(Indented) + "\n");
        var back = DecoderConfiguration.FromFolder(folder);
        if (back == configuration) return;

        var lost = typeof(DecoderConfiguration).GetProperties()
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
        long[] shape = target.Layout == TensorLayout.Transposed ? [part[1], part[0]] : part;
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

        using var undone = new AlignedMemory<float>(part.ElementCount, zeroed: false);
        TensorLayouts.Undo(new TensorView(part, (byte*)values.Pointer), layout, sizes, (byte*)undone.Pointer);
        const int Chunk = 1 << 16;
        var bytes = new byte[format.RowBytes(Chunk)];
        for (var start = 0L; start < undone.Length; start += Chunk)
        {
            var chunk = undone.Span(start, (int)Math.Min(Chunk, undone.Length - start));
            RequireRange(source, info, chunk, format);
            var target = bytes.AsSpan(0, (int)format.RowBytes(chunk.Length));
            format.Quantize(chunk, target);
            stream.Write(target);
        }
    }

    private static void RequireRange(ITensorSource source, TensorInfo info, ReadOnlySpan<float> values, BlockFormat format)
    {
        var most = format.Type == GgmlType.F16 ? (float)Half.MaxValue : float.MaxValue;
        foreach (var value in values)
        {
            if (Math.Abs(value) <= most) continue;

            throw new ModelFormatException(
                ModelFormatError.NotFinite, source.Path, $"tensor '{info.Name}' has a weight that {format.Type} cannot hold",
                $"numbers up to {most:G6}", $"{value}", tensor: info.Name);
        }
    }
}
