using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Sums of signed bytes.</summary>
internal static unsafe class Int8Sum
{
    /// <summary>Sums of 16 bytes in groups of four: of the first two of each group, and of the last two.</summary>
    public static (int First, int Second) Halves(sbyte* values)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(values));
        var sums = low + high; // lane i: bytes i and i + 8
        var all = Vector128.Sum(sums);
        var first = Vector128.Sum(sums & Vector128.Create(-1, 0, -1, 0).AsInt16());
        return (first, all - first);
    }
}
