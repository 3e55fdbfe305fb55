using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>4-bit weights, 32 a block, times 8-bit activations: panels of 8 rows, AVX2 and FMA.</summary>
/// <remarks>
/// A vector holds 8 rows x 4 bytes; its low and high nibbles meet four activations each, broadcast to every row.
/// Both products of a block, over its 4 vectors, are summed in int16: 8 · 2 · 15 · 127 = 30,480 fits. One
/// multiply-add with ones then widens to a lane per row.
/// </remarks>
internal sealed unsafe class NibbleKernelAvx2<TScales>(BlockFormat format)
    : InterleavedKernel(format, new InterleavedLayout(Rows, TScales.Count, QuantBytes), "AVX2")
    where TScales : struct, IBlockScales
{
    private const int Rows = 8;
    private const int QuantBytes = 16;
    private const int Vector = 32;
    private const int HighColumns = 16; // columns from a low nibble to the high nibble of the same byte

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyTile(in PanelWeights weights, byte* tile, float* y, int stride)
    {
        var scales = weights.Scales;
        var quants = weights.Quants;
        var mask = Vector256.Create((byte)0x0F);
        var ones = Vector256.Create((short)1);
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            var raw = Vector256.Load(quants);
            var low = raw & mask;
            var high = (raw.AsUInt16() >> 4).AsByte() & mask;
            var p0 = Dot(low, high, tile);
            var p1 = Dot(low, high, tile + 32);
            var p2 = Dot(low, high, tile + 64);
            var p3 = Dot(low, high, tile + 96);

            raw = Vector256.Load(quants + Vector);
            low = raw & mask;
            high = (raw.AsUInt16() >> 4).AsByte() & mask;
            p0 += Dot(low, high, tile + 4);
            p1 += Dot(low, high, tile + 36);
            p2 += Dot(low, high, tile + 68);
            p3 += Dot(low, high, tile + 100);

            raw = Vector256.Load(quants + (2 * Vector));
            low = raw & mask;
            high = (raw.AsUInt16() >> 4).AsByte() & mask;
            p0 += Dot(low, high, tile + 8);
            p1 += Dot(low, high, tile + 40);
            p2 += Dot(low, high, tile + 72);
            p3 += Dot(low, high, tile + 104);

            raw = Vector256.Load(quants + (3 * Vector));
            low = raw & mask;
            high = (raw.AsUInt16() >> 4).AsByte() & mask;
            p0 += Dot(low, high, tile + 12);
            p1 += Dot(low, high, tile + 44);
            p2 += Dot(low, high, tile + 76);
            p3 += Dot(low, high, tile + 108);

            var d = HalfVector.Load8(scales);
            var m = TScales.Count > 1 ? HalfVector.Load8(scales + (Rows * sizeof(ushort))) : default;
            f0 = Add(f0, p0, ones, d, m, tile + TokenTile.Scales, TokenTile.Sums - TokenTile.Scales);
            f1 = Add(f1, p1, ones, d, m, tile + TokenTile.Scales + 4, TokenTile.Sums - TokenTile.Scales);
            f2 = Add(f2, p2, ones, d, m, tile + TokenTile.Scales + 8, TokenTile.Sums - TokenTile.Scales);
            f3 = Add(f3, p3, ones, d, m, tile + TokenTile.Scales + 12, TokenTile.Sums - TokenTile.Scales);
            scales += TScales.Count * Rows * sizeof(ushort);
            quants += 4 * Vector;
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
        var mask = Vector256.Create((byte)0x0F);
        var ones = Vector256.Create((short)1);
        Vector256<float> f = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            var p = Dot(Vector256.Load(quants), mask, Broadcast(token), Broadcast(token + HighColumns));
            p += Dot(
                Vector256.Load(quants + Vector), mask, Broadcast(token + 4), Broadcast(token + HighColumns + 4));
            p += Dot(
                Vector256.Load(quants + (2 * Vector)), mask, Broadcast(token + 8), Broadcast(token + HighColumns + 8));
            p += Dot(
                Vector256.Load(quants + (3 * Vector)), mask, Broadcast(token + 12), Broadcast(token + HighColumns + 12));
            var d = HalfVector.Load8(scales);
            var m = TScales.Count > 1 ? HalfVector.Load8(scales + (Rows * sizeof(ushort))) : default;
            f = Add(f, p, ones, d, m, token + TokenRow.Scale, TokenRow.Sum - TokenRow.Scale);
            scales += TScales.Count * Rows * sizeof(ushort);
            quants += 4 * Vector;
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
        var mask = Vector256.Create((byte)0x0F);
        var ones = Vector256.Create((short)1);
        Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
        var ahead = WidePanels * (nint)weights.PanelBytes;
        nint q = 0;
        nint s = 0;
        for (var block = weights.Blocks; block > 0; block--)
        {
            var low = Broadcast(token);
            var high = Broadcast(token + HighColumns);
            var p0 = Dot(Vector256.Load(q0 + q), mask, low, high);
            var p1 = Dot(Vector256.Load(q1 + q), mask, low, high);
            var p2 = Dot(Vector256.Load(q2 + q), mask, low, high);
            var p3 = Dot(Vector256.Load(q3 + q), mask, low, high);
            low = Broadcast(token + 4);
            high = Broadcast(token + HighColumns + 4);
            p0 += Dot(Vector256.Load(q0 + q + Vector), mask, low, high);
            p1 += Dot(Vector256.Load(q1 + q + Vector), mask, low, high);
            p2 += Dot(Vector256.Load(q2 + q + Vector), mask, low, high);
            p3 += Dot(Vector256.Load(q3 + q + Vector), mask, low, high);
            low = Broadcast(token + 8);
            high = Broadcast(token + HighColumns + 8);
            p0 += Dot(Vector256.Load(q0 + q + (2 * Vector)), mask, low, high);
            p1 += Dot(Vector256.Load(q1 + q + (2 * Vector)), mask, low, high);
            p2 += Dot(Vector256.Load(q2 + q + (2 * Vector)), mask, low, high);
            p3 += Dot(Vector256.Load(q3 + q + (2 * Vector)), mask, low, high);
            low = Broadcast(token + 12);
            high = Broadcast(token + HighColumns + 12);
            p0 += Dot(Vector256.Load(q0 + q + (3 * Vector)), mask, low, high);
            p1 += Dot(Vector256.Load(q1 + q + (3 * Vector)), mask, low, high);
            p2 += Dot(Vector256.Load(q2 + q + (3 * Vector)), mask, low, high);
            p3 += Dot(Vector256.Load(q3 + q + (3 * Vector)), mask, low, high);
            f0 = Add(f0, p0, ones, s0 + s, token);
            f1 = Add(f1, p1, ones, s1 + s, token);
            f2 = Add(f2, p2, ones, s2 + s, token);
            f3 = Add(f3, p3, ones, s3 + s, token);
            PrefetchBlock(q0 + q + ahead);
            PrefetchBlock(q1 + q + ahead);
            PrefetchBlock(q2 + q + ahead);
            PrefetchBlock(q3 + q + ahead);
            q += 4 * Vector;
            s += TScales.Count * Rows * sizeof(ushort);
            token += TokenRow.BlockBytes;
        }

        f0.Store(y);
        f1.Store(y + Rows);
        f2.Store(y + (2 * Rows));
        f3.Store(y + (3 * Rows));
    }

    // The hardware follows a panel, but has to find the next one anew: ask for it while this one is computed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchBlock(byte* quants)
    {
        Sse.Prefetch1(quants);
        Sse.Prefetch1(quants + (2 * Vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Broadcast(byte* x) => Vector256.Create(*(int*)x).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Dot(Vector256<byte> low, Vector256<byte> high, byte* x) =>
        Avx2.MultiplyAddAdjacent(low, Broadcast(x)) + Avx2.MultiplyAddAdjacent(high, Broadcast(x + HighColumns));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Dot(
        Vector256<byte> raw, Vector256<byte> mask, Vector256<sbyte> low, Vector256<sbyte> high) =>
        Avx2.MultiplyAddAdjacent(raw & mask, low) + Avx2.MultiplyAddAdjacent((raw.AsUInt16() >> 4).AsByte() & mask, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(
        Vector256<float> total,
        Vector256<short> products,
        Vector256<short> ones,
        Vector256<float> d,
        Vector256<float> m,
        byte* scale,
        int sumOffset)
    {
        var dot = Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(products, ones));
        var sum = Vector256.Create(*(float*)(scale + sumOffset));
        return TScales.Add(total, dot, d, m, Vector256.Create(*(float*)scale), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(
        Vector256<float> total, Vector256<short> products, Vector256<short> ones, byte* scales, byte* token)
    {
        var d = HalfVector.Load8(scales);
        var m = TScales.Count > 1 ? HalfVector.Load8(scales + (Rows * sizeof(ushort))) : default;
        return Add(total, products, ones, d, m, token + TokenRow.Scale, TokenRow.Sum - TokenRow.Scale);
    }
}
