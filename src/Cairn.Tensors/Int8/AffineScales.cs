using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>w = d·q + m: Σ (d·q + m)·s·a = s · (d · Σ q·a + m · Σ a).</summary>
internal readonly struct AffineScales : IBlockScales
{
    public static int Count => 2;

    public static float Weight(int q, float d, float m) => (d * q) + m;

    public static float Add(float total, float dot, float d, float m, float scale, float sum) =>
        MathF.FusedMultiplyAdd(scale, MathF.FusedMultiplyAdd(d, dot, m * sum), total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add<TLanes, TVector>(
        TVector total, TVector dot, TVector d, TVector m, TVector scale, TVector sum)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyAdd(scale, TLanes.MultiplyAdd(d, dot, TLanes.Multiply(m, sum)), total);
}
