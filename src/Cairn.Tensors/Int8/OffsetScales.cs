using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// w = d·(q − h) with h half the range of the quants: Σ d·(q − h)·s·a = d·s · (Σ q·a − h Σ a); the bracket is an
/// integer and exact.
/// </summary>
internal readonly struct OffsetScales<TQuants> : IBlockScales
    where TQuants : IQuantPlanes
{
    public static int Count => 1;

    public static float Weight(int q, float d, float m) => d * (q - Offset);

    public static float Add(float total, float dot, float d, float m, float scale, float sum) =>
        MathF.FusedMultiplyAdd(d * scale, dot - (Offset * sum), total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add<TLanes, TVector>(
        TVector total, TVector dot, TVector d, TVector m, TVector scale, TVector sum)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyAdd(
            TLanes.Multiply(d, scale), TLanes.MultiplySubtract(TLanes.FillSingle(Offset), sum, dot), total);

    private static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1 << (TQuants.Bits - 1);
    }
}
