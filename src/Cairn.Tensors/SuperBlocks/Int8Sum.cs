using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Sums of signed bytes.</summary>
internal static unsafe class Int8Sum
{
    /// <summary>Sum of 16 bytes.</summary>
    public static short Of16(sbyte* values)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(values));
        return Vector128.Sum(low + high);
    }
}
