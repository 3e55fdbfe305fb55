using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Sums of signed bytes.</summary>
internal static unsafe class Int8Sum
{
    /// <summary>Sums of 16 bytes in groups of four: of the first two of each group, and of the last two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second) Halves(sbyte* values)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(values));
        var sums = low + high; // lane i: bytes i and i + 8
        sums += Vector128.Shuffle(sums.AsInt64(), Vector128.Create(1L, 0L)).AsInt16(); // and i + 4, i + 12
        var four = sums.AsInt64().ToScalar();
        return ((short)four + (short)(four >> 16), (short)(four >> 32) + (short)(four >> 48));
    }
}
