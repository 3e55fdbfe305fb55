using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>8-bit weights, 32 a block, times 8-bit activations: panels of 16 rows, AVX-512BW.</summary>
/// <remarks>
/// The byte multiply wants one unsigned factor: |q| · (sign(q)·a). Two such products reach 2 · 128 · 127 = 32,512, so
/// every vector is widened to int32 at once; a lane is a row.
/// </remarks>
internal sealed unsafe class Q8_0KernelAvx512(BlockFormat format)
    : InterleavedKernel(format, new InterleavedLayout(Rows, Q8_0Scales.Count, QuantBytes), "AVX-512")
{
    private const int Rows = 16;
    private const int QuantBytes = 32;
    private const int Vector = 64;
    private const int BlockVectors = 8;
    private const int ScaleBytes = Rows * sizeof(ushort);

    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyTile(in PanelWeights weights, byte* tile, float* y, int stride)
    {
        var scales = weights.Scales;
        var quants = weights.Quants;
        var ones = Vector512.Create((short)1);
        Vector512<float> f0 = default, f1 = default, f2 = default, f3 = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector512<int> p0 = default, p1 = default, p2 = default, p3 = default;
            for (var end = quants + (BlockVectors * Vector); quants < end; quants += 2 * Vector, tile += 8)
            {
                var q = Vector512.Load(quants).AsSByte();
                var magnitude = Vector512.Abs(q).AsByte();
                p0 += Dot(magnitude, q, tile, ones);
                p1 += Dot(magnitude, q, tile + 32, ones);
                p2 += Dot(magnitude, q, tile + 64, ones);
                p3 += Dot(magnitude, q, tile + 96, ones);
                q = Vector512.Load(quants + Vector).AsSByte();
                magnitude = Vector512.Abs(q).AsByte();
                p0 += Dot(magnitude, q, tile + 4, ones);
                p1 += Dot(magnitude, q, tile + 36, ones);
                p2 += Dot(magnitude, q, tile + 68, ones);
                p3 += Dot(magnitude, q, tile + 100, ones);
            }

            tile -= TokenTile.BlockColumns;
            var d = HalfVector.Load16(scales);
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
        var ones = Vector512.Create((short)1);
        Vector512<float> f = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector512<int> p = default;
            for (var i = 0; i < BlockVectors; i++, quants += Vector)
            {
                var q = Vector512.Load(quants).AsSByte();
                p += Dot(Vector512.Abs(q).AsByte(), q, token + (4 * i), ones);
            }

            f = Add(f, p, HalfVector.Load16(scales), token + TokenRow.Scale);
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
        var ones = Vector512.Create((short)1);
        Vector512<float> f0 = default, f1 = default, f2 = default, f3 = default;
        var ahead = WidePanels * (nint)weights.PanelBytes; // the next panels: the hardware would find them late
        nint q = 0;
        nint s = 0;
        for (var block = weights.Blocks; block > 0; block--)
        {
            Vector512<int> p0 = default, p1 = default, p2 = default, p3 = default;
            for (var end = q + (BlockVectors * Vector); q < end; q += Vector, token += 4)
            {
                var a = Vector512.Create(*(int*)token).AsSByte();
                p0 += Dot(Vector512.Load(q0 + q).AsSByte(), a, ones);
                p1 += Dot(Vector512.Load(q1 + q).AsSByte(), a, ones);
                p2 += Dot(Vector512.Load(q2 + q).AsSByte(), a, ones);
                p3 += Dot(Vector512.Load(q3 + q).AsSByte(), a, ones);
                Sse.Prefetch1(q0 + q + ahead);
                Sse.Prefetch1(q1 + q + ahead);
                Sse.Prefetch1(q2 + q + ahead);
                Sse.Prefetch1(q3 + q + ahead);
            }

            f0 = Add(f0, p0, HalfVector.Load16(s0 + s), token);
            f1 = Add(f1, p1, HalfVector.Load16(s1 + s), token);
            f2 = Add(f2, p2, HalfVector.Load16(s2 + s), token);
            f3 = Add(f3, p3, HalfVector.Load16(s3 + s), token);
            s += ScaleBytes;
            token += TokenRow.BlockBytes - TokenTile.BlockColumns;
        }

        f0.Store(y);
        f1.Store(y + Rows);
        f2.Store(y + (2 * Rows));
        f3.Store(y + (3 * Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(Vector512<byte> magnitude, Vector512<sbyte> q, byte* x, Vector512<short> ones) =>
        Dot(magnitude, q, Vector512.Create(*(int*)x).AsSByte(), ones);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(Vector512<sbyte> q, Vector512<sbyte> x, Vector512<short> ones) =>
        Dot(Vector512.Abs(q).AsByte(), q, x, ones);

    // There is no 512-bit vpsignb; a masked negation does the same, as |q| is zero where q is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(
        Vector512<byte> magnitude, Vector512<sbyte> q, Vector512<sbyte> x, Vector512<short> ones)
    {
        var signed = Vector512.ConditionalSelect(Vector512.LessThan(q, Vector512<sbyte>.Zero), -x, x);
        return Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(magnitude, signed), ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> total, Vector512<int> dot, Vector512<float> d, byte* scale) =>
        Q8_0Scales.Add(
            total, Vector512.ConvertToSingle(dot), d, default, Vector512.Create(*(float*)scale), default);
}
