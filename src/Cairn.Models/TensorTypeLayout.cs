using Cairn.Tensors;

namespace Cairn.Models;

/// <summary>Block sizes of every element type that a file may name.</summary>
/// <remarks>
/// The sizes of a weight type come from its <see cref="BlockFormat"/>; this table only adds the types that have none,
/// so that their files can be listed. A type that gains a format loses its line here (a test holds that).
/// </remarks>
internal readonly record struct TensorTypeLayout(int BlockSize, int BlockBytes)
{
    private static readonly Dictionary<GgmlType, TensorTypeLayout> Unsupported = new()
    {
        [GgmlType.F64] = new(1, 8),
        [GgmlType.I8] = new(1, 1),
        [GgmlType.I16] = new(1, 2),
        [GgmlType.I32] = new(1, 4),
        [GgmlType.I64] = new(1, 8),
        [GgmlType.Q8_1] = new(32, 36),
        [GgmlType.Q8_K] = new(256, 292),
        [GgmlType.IQ1_S] = new(256, 50),
        [GgmlType.IQ1_M] = new(256, 56),
        [GgmlType.IQ2_XXS] = new(256, 66),
        [GgmlType.IQ2_XS] = new(256, 74),
        [GgmlType.IQ2_S] = new(256, 82),
        [GgmlType.IQ3_XXS] = new(256, 98),
        [GgmlType.IQ3_S] = new(256, 110),
        [GgmlType.IQ4_XS] = new(256, 136),
        [GgmlType.TQ1_0] = new(256, 54),
        [GgmlType.TQ2_0] = new(256, 66),
        [GgmlType.MXFP4] = new(32, 17),
    };

    /// <summary>The types that can be listed but have no conversions.</summary>
    public static IReadOnlyCollection<GgmlType> TypesWithoutFormat => Unsupported.Keys;

    /// <summary>The layout of a type, if the number means anything.</summary>
    public static bool TryGet(GgmlType type, out TensorTypeLayout layout)
    {
        if (!BlockFormat.TryGet(type, out var format)) return Unsupported.TryGetValue(type, out layout);

        layout = new TensorTypeLayout(format.BlockSize, format.BlockBytes);
        return true;
    }

    /// <summary>Bytes of a tensor, or null when rows do not fill whole blocks or the size overflows.</summary>
    /// <param name="columns">Values in a row (the last dimension).</param>
    /// <param name="rows">Number of rows.</param>
    public long? SizeInBytes(long columns, long rows)
    {
        if (columns % BlockSize != 0) return null;
        var size = (UInt128)(ulong)(columns / BlockSize) * (ulong)rows * (ulong)BlockBytes;
        return size <= long.MaxValue ? (long)size : null;
    }
}
