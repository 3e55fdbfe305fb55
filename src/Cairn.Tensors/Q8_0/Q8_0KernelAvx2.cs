using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>8-bit weights, 32 a block, times 8-bit activations: panels of 8 rows, AVX2 and FMA.</summary>
/// <remarks>
/// The byte multiply wants one unsigned factor: |q| · (sign(q)·a). Two such products reach 2 · 128 · 127 = 32,512, so
/// every vector is widened to int32 at once; a lane is a row.
/// </remarks>
internal sealed unsafe class Q8_0KernelAvx2(BlockFormat format)
    : InterleavedKernel(format, new InterleavedLayout(Rows, Q8_0Scales.Count, QuantBytes), "AVX2")
{
    private const int Rows = 8;
    private const int QuantBytes = 32;
    private const int Vector = 32;
    private const int BlockVectors = 8;
    private const int ScaleBytes = Rows * sizeof(ushort);

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyTile(in PanelWeights weights, byte* tile, float* y, int stride)
    {
        var scales = weights.Scales;
        var quants = weights.Quants;
        var ones = Vector256.Create((short)1);
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector256<int> p0 = default, p1 = default, p2 = default, p3 = default;
            for (var end = quants + (BlockVectors * Vector); quants < end; quants += 2 * Vector, tile += 8)
            {
                var q = Vector256.Load(quants).AsSByte();
                var magnitude = Vector256.Abs(q).AsByte();
                p0 += Dot(magnitude, q, tile, ones);
                p1 += Dot(magnitude, q, tile + 32, ones);
                p2 += Dot(magnitude, q, tile + 64, ones);
                p3 += Dot(magnitude, q, tile + 96, ones);
                q = Vector256.Load(quants + Vector).AsSByte();
                magnitude = Vector256.Abs(q).AsByte();
                p0 += Dot(magnitude, q, tile + 4, ones);
                p1 += Dot(magnitude, q, tile + 36, ones);
                p2 += Dot(magnitude, q, tile + 68, ones);
                p3 += Dot(magnitude, q, tile + 100, ones);
            }

            tile -= TokenTile.BlockColumns;
            var d = HalfVector.Load8(scales);
            f0 = Add(f0, p0, d, tile + TokenTile.Scales);
            f1 = Add(f1, p1, d, tile + TokenTile.Scales + 4);
            f2 = Add(f2, p2, d, tile + TokenTile.Scales + 8);
            f3 = Add(f3, p3, d, tile + TokenTile.Scales + 12);
            scales += ScaleBytes;
            tile += TokenTile.BlockBytes;
        }

        f0.Store(y);
        f1.Store(y + stride);
        f2.Store(y + (2L * stride));
        f3.Store(y + (3L * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyToken(in PanelWeights weights, byte* token, float* y)
    {
        var scales = weights.Scales;
        var quants = weights.Quants;
        var ones = Vector256.Create((short)1);
        Vector256<float> f = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector256<int> p = default;
            for (var i = 0; i < BlockVectors; i++, quants += Vector)
            {
                var q = Vector256.Load(quants).AsSByte();
                p += Dot(Vector256.Abs(q).AsByte(), q, token + (4 * i), ones);
            }

            f = Add(f, p, HalfVector.Load8(scales), token + TokenRow.Scale);
            scales += ScaleBytes;
            token += TokenRow.BlockBytes;
        }

        f.Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyTokenWide(in PanelWeights weights, byte* token, float* y)
    {
        var q0 = weights.Quants;
        var q1 = q0 + weights.PanelBytes;
        var q2 = q1 + weights.PanelBytes;
        var q3 = q2 + weights.PanelBytes;
        var s0 = weights.Scales;
        var s1 = s0 + weights.PanelBytes;
        var s2 = s1 + weights.PanelBytes;
        var s3 = s2 + weights.PanelBytes;
        var ones = Vector256.Create((short)1);
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        nint q = 0;
        nint s = 0;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector256<int> p0 = default, p1 = default, p2 = default, p3 = default;
            for (var end = q + (BlockVectors * Vector); q < end; q += Vector, token += 4)
            {
                var a = Vector256.Create(*(int*)token).AsSByte();
                p0 += Dot(Vector256.Load(q0 + q).AsSByte(), a, ones);
                p1 += Dot(Vector256.Load(q1 + q).AsSByte(), a, ones);
                p2 += Dot(Vector256.Load(q2 + q).AsSByte(), a, ones);
                p3 += Dot(Vector256.Load(q3 + q).AsSByte(), a, ones);
            }

            f0 = Add(f0, p0, HalfVector.Load8(s0 + s), token);
            f1 = Add(f1, p1, HalfVector.Load8(s1 + s), token);
            f2 = Add(f2, p2, HalfVector.Load8(s2 + s), token);
            f3 = Add(f3, p3, HalfVector.Load8(s3 + s), token);
            s += ScaleBytes;
            token += TokenRow.BlockBytes - TokenTile.BlockColumns;
        }

        f0.Store(y);
        f1.Store(y + Rows);
        f2.Store(y + (2 * Rows));
        f3.Store(y + (3 * Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<byte> magnitude, Vector256<sbyte> q, byte* x, Vector256<short> ones)
    {
        var signed = Avx2.Sign(Vector256.Create(*(int*)x).AsSByte(), q);
        return Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(magnitude, signed), ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<sbyte> q, Vector256<sbyte> x, Vector256<short> ones) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Abs(q).AsByte(), Avx2.Sign(x, q)), ones);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> total, Vector256<int> dot, Vector256<float> d, byte* scale) =>
        Q8_0Scales.Add(
            total, Vector256.ConvertToSingle(dot), d, default, Vector256.Create(*(float*)scale), default);
}
