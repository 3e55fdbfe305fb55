using System.Runtime.InteropServices;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>Checks and reads the matrices of an adapter.</summary>
internal static class AdapterTensors
{
    private const int MaximumRank = 1 << 16;

    /// <summary>Refuses a pair whose shapes are no A and B of one rank, or whose type cannot be computed with.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="isTransposed">Whether A is stored [inputs, rank].</param>
    /// <exception cref="ModelFormatException">They do not fit each other.</exception>
    public static void RequirePair(string path, TensorView a, TensorView b, bool isTransposed)
    {
        RequireMatrix(path, a);
        RequireMatrix(path, b);
        var rank = isTransposed ? a.Columns : a.Rows;
        if (rank > MaximumRank)
        {
            throw new ModelFormatException(
                ModelFormatError.BadShape, path, "the rank of a LoRA matrix is not believable",
                $"at most {MaximumRank:N0}", a.Info.ShapeText, tensor: a.Info.Name);
        }

        if (b.Columns == rank) return;

        throw new ModelFormatException(
            ModelFormatError.BadShape, path, $"'{b.Info.Name}' does not belong to '{a.Info.Name}' of shape {a.Info.ShapeText}",
            $"[outputs, {rank}]", b.Info.ShapeText, tensor: b.Info.Name);
    }

    /// <summary>Refuses what is no matrix of numbers.</summary>
    /// <exception cref="ModelFormatException">Another rank, an empty dimension, or a type that is no weight.</exception>
    public static void RequireMatrix(string path, TensorView tensor) => RequireShape(path, tensor, 2, "a matrix");

    /// <summary>Refuses what is no vector of numbers.</summary>
    /// <exception cref="ModelFormatException">Another rank, an empty dimension, or a type that is no weight.</exception>
    public static void RequireVector(string path, TensorView tensor) => RequireShape(path, tensor, 1, "a vector");

    /// <summary>Reads a tensor as floats and refuses NaN and infinity.</summary>
    /// <exception cref="ModelFormatException">A value is not finite.</exception>
    public static float[] ReadFinite(string path, TensorView tensor)
    {
        var values = tensor.ToFloats();
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw new ModelFormatException(
            ModelFormatError.NotFinite, path, $"value {bad:N0} of tensor '{tensor.Info.Name}' is no finite number",
            "finite numbers", $"{values[bad]}", tensor: tensor.Info.Name);
    }

    /// <summary>Encodes values in the type that they came in, or in single precision where that is a block format.</summary>
    /// <param name="values">Values that the type holds exactly.</param>
    /// <param name="source">The type that they came in.</param>
    /// <returns>The type, and the bytes.</returns>
    public static (GgmlType Type, byte[] Bytes) Encode(float[] values, GgmlType source)
    {
        if (source is not (GgmlType.F16 or GgmlType.BF16)) return (GgmlType.F32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

        var format = BlockFormat.Get(source);
        var bytes = new byte[values.LongLength * format.BlockBytes / format.BlockSize];
        format.Quantize(values, bytes);
        return (source, bytes);
    }

    private static void RequireShape(string path, TensorView tensor, int dimensions, string what)
    {
        var info = tensor.Info;
        if (info.Shape.Count != dimensions || info.ElementCount is 0 or > int.MaxValue)
        {
            throw new ModelFormatException(
                ModelFormatError.BadShape, path, $"tensor '{info.Name}' has an impossible shape", what, info.ShapeText, tensor: info.Name);
        }

        if (BlockFormat.TryGet(info.Type, out _) && info.TypeName is not ("U8" or "BOOL")) return;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, path, $"tensor '{info.Name}' has a type that is not read here",
            TensorValues.SupportedTypes, info.TypeName, tensor: info.Name);
    }
}
