using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>w = d·q: Σ d·q·s·a = d·s · Σ q·a.</summary>
internal readonly struct PlainScales : IBlockScales
{
    public static int Count => 1;

    public static float Weight(int q, float d, float m) => d * q;

    public static float Add(float total, float dot, float d, float m, float scale, float sum) =>
        MathF.FusedMultiplyAdd(d * scale, dot, total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add<TLanes, TVector>(
        TVector total, TVector dot, TVector d, TVector m, TVector scale, TVector sum)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.MultiplyAdd(TLanes.Multiply(d, scale), dot, total);
}
