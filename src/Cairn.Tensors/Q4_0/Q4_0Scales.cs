using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Σ d·(q − 8)·s·a = d·s · (Σ q·a − 8 Σ a); the bracket is an integer and exact.</summary>
internal readonly struct Q4_0Scales : IBlockScales
{
    public static int Count => 1;

    public static float Add(float total, float dot, float d, float m, float scale, float sum) =>
        MathF.FusedMultiplyAdd(d * scale, MathF.FusedMultiplyAdd(-8f, sum, dot), total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(
        Vector256<float> total,
        Vector256<float> dot,
        Vector256<float> d,
        Vector256<float> m,
        Vector256<float> scale,
        Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(
            d * scale, Vector256.FusedMultiplyAdd(Vector256.Create(-8f), sum, dot), total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(
        Vector512<float> total,
        Vector512<float> dot,
        Vector512<float> d,
        Vector512<float> m,
        Vector512<float> scale,
        Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(
            d * scale, Vector512.FusedMultiplyAdd(Vector512.Create(-8f), sum, dot), total);
}
