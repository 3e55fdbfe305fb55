using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>8-bit weights, 32 a block, times 16-bit activations: panels of 8 rows, AVX2 and FMA.</summary>
internal sealed unsafe class Q8_0Int16KernelAvx2(BlockFormat format)
    : Int16Kernel(format, new InterleavedLayout(Rows, PlainScales.Count, BlockQ8_0.Size), "AVX2")
{
    private const int Rows = 8;
    private const int Vector = Rows * sizeof(int);
    private const int GroupBytes = 4 * sizeof(short);
    private const int BlockGroups = BlockQ8_0.Size / 4;
    private const int ScaleBytes = Rows * sizeof(ushort);

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyTile(
        in PanelWeights weights, short* tokens, int columns, float* scales, float* y, int stride)
    {
        var halves = weights.Scales;
        var quants = weights.Quants;
        var x0 = (byte*)tokens;
        var x1 = (byte*)(tokens + columns);
        var x2 = (byte*)(tokens + (2L * columns));
        var x3 = (byte*)(tokens + (3L * columns));
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        nint k = 0;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector256<int> p0 = default, p1 = default, p2 = default, p3 = default;
            for (var end = k + (BlockGroups * GroupBytes); k < end; k += GroupBytes, quants += Vector)
            {
                var q = Vector256.Load((short*)quants);
                var even = (q << 8) >> 8;
                var odd = q >> 8;
                p0 += Dot(even, x0 + k) + Dot(odd, x0 + k + 4);
                p1 += Dot(even, x1 + k) + Dot(odd, x1 + k + 4);
                p2 += Dot(even, x2 + k) + Dot(odd, x2 + k + 4);
                p3 += Dot(even, x3 + k) + Dot(odd, x3 + k + 4);
            }

            var d = HalfVector.Load8(halves);
            f0 = Add(f0, p0, d);
            f1 = Add(f1, p1, d);
            f2 = Add(f2, p2, d);
            f3 = Add(f3, p3, d);
            halves += ScaleBytes;
        }

        (f0 * scales[0]).Store(y);
        (f1 * scales[1]).Store(y + stride);
        (f2 * scales[2]).Store(y + (2L * stride));
        (f3 * scales[3]).Store(y + (3L * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyToken(in PanelWeights weights, short* token, float scale, float* y)
    {
        var halves = weights.Scales;
        var quants = weights.Quants;
        var x = (byte*)token;
        Vector256<float> f = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector256<int> even = default, odd = default;
            for (var end = x + (BlockGroups * GroupBytes); x < end; x += GroupBytes, quants += Vector)
            {
                var q = Vector256.Load((short*)quants);
                even += Dot((q << 8) >> 8, x);
                odd += Dot(q >> 8, x + 4);
            }

            f = Add(f, even + odd, HalfVector.Load8(halves));
            halves += ScaleBytes;
        }

        (f * scale).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<short> q, byte* x) =>
        Avx2.MultiplyAddAdjacent(q, Vector256.Create(*(int*)x).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> total, Vector256<int> dot, Vector256<float> d) =>
        Vector256.FusedMultiplyAdd(d, Vector256.ConvertToSingle(dot), total);
}
