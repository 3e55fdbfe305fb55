using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors.Limits;

/// <summary>Loops of fused multiply-adds in registers: twelve independent chains x ← x · 0.99 + 0.01, which run towards 1.</summary>
internal static unsafe class FloatLimit
{
    private const int Chains = 12;
    private const float Factor = 0.99f;
    private const float Summand = 0.01f;
    private const float Tolerance = 1e-3f;
    private const int PassesToSettle = 2000;

    /// <summary>Operations of a pass with the widest <see cref="Vector{T}"/>.</summary>
    public static double VectorWork => Chains * Vector<float>.Count * 2;

    /// <summary>Operations of a pass with 512 bits.</summary>
    public static double Vector512Work => Chains * Vector512<float>.Count * 2;

    /// <summary><see cref="Vector{T}"/>: 256 bits with AVX2, 128 with NEON.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfVector(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var f = new Vector<float>(Factor);
        var s = new Vector<float>(Summand);
        Vector<float> a = default, b = default, c = default, d = default, e = default, g = default;
        Vector<float> h = default, i = default, j = default, k = default, l = default, m = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            a = Vector.FusedMultiplyAdd(a, f, s);
            b = Vector.FusedMultiplyAdd(b, f, s);
            c = Vector.FusedMultiplyAdd(c, f, s);
            d = Vector.FusedMultiplyAdd(d, f, s);
            e = Vector.FusedMultiplyAdd(e, f, s);
            g = Vector.FusedMultiplyAdd(g, f, s);
            h = Vector.FusedMultiplyAdd(h, f, s);
            i = Vector.FusedMultiplyAdd(i, f, s);
            j = Vector.FusedMultiplyAdd(j, f, s);
            k = Vector.FusedMultiplyAdd(k, f, s);
            l = Vector.FusedMultiplyAdd(l, f, s);
            m = Vector.FusedMultiplyAdd(m, f, s);
        }

        var total = Vector.Sum(a + b + c + d + e + g + h + i + j + k + l + m);
        call.Finish(worker, Verdict(total / (Chains * Vector<float>.Count), call.Passes));
    }

    /// <summary>512 bits, where the processor has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfVector512(void* context, int worker, int workerCount)
    {
        ref readonly var call = ref *(LimitCall*)context;
        var f = Vector512.Create(Factor);
        var s = Vector512.Create(Summand);
        Vector512<float> a = default, b = default, c = default, d = default, e = default, g = default;
        Vector512<float> h = default, i = default, j = default, k = default, l = default, m = default;
        for (var pass = call.Passes; pass > 0; pass--)
        {
            a = Vector512.FusedMultiplyAdd(a, f, s);
            b = Vector512.FusedMultiplyAdd(b, f, s);
            c = Vector512.FusedMultiplyAdd(c, f, s);
            d = Vector512.FusedMultiplyAdd(d, f, s);
            e = Vector512.FusedMultiplyAdd(e, f, s);
            g = Vector512.FusedMultiplyAdd(g, f, s);
            h = Vector512.FusedMultiplyAdd(h, f, s);
            i = Vector512.FusedMultiplyAdd(i, f, s);
            j = Vector512.FusedMultiplyAdd(j, f, s);
            k = Vector512.FusedMultiplyAdd(k, f, s);
            l = Vector512.FusedMultiplyAdd(l, f, s);
            m = Vector512.FusedMultiplyAdd(m, f, s);
        }

        var total = Vector512.Sum(a + b + c + d + e + g + h + i + j + k + l + m);
        call.Finish(worker, Verdict(total / (Chains * Vector512<float>.Count), call.Passes));
    }

    /// <summary>What <see cref="Verdict"/> gives for a sound mean.</summary>
    public static ulong Expected(byte* start, long share, long passes) => 1;

    // The chains start at 0 and reach 1 to float precision after some thousand passes; before that they are on their way.
    private static ulong Verdict(float mean, long passes)
    {
        var least = passes >= PassesToSettle ? 1 - Tolerance : 0;
        return mean > least && mean < 1 + Tolerance ? 1ul : 0;
    }
}
