using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>8-bit weights, 32 a block, times 16-bit activations, for any width of vectors; a lane is a row of the panel.</summary>
/// <remarks>
/// A stretch of 256 columns of two panels is widened to 16 bits once and stays in the first-level cache while all tokens
/// pass: then the inner loop does nothing but load, multiply and add. Scratch holds, for each group of four columns,
/// columns 0 and 2 of both panels, then columns 1 and 3; after all groups the scales of both panels as floats, block by
/// block. Between stretches the sums of a tile wait in its results.
/// </remarks>
internal sealed unsafe class Q8_0Int16VectorKernel<TLanes, TVector>(BlockFormat format)
    : Int16Kernel(format, new InterleavedLayout(TLanes.Rows, PlainScales.Count, BlockQ8_0.Size), TLanes.Name)
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    private const int StretchBlocks = 8;
    private const int BlockGroups = BlockQ8_0.Size / 4;
    private const int GroupBytes = 4 * sizeof(short);
    private const int PairBytes = GroupBytes / 2;

    protected override int UnpackedBytes => StretchBlocks * ((BlockGroups * GroupQuants) + BlockScales);

    // Bytes of a group of unpacked quants: two pairs of columns of two panels.
    private static int GroupQuants
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TilePanels * sizeof(TVector);
    }

    private static int BlockScales
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TilePanels * sizeof(TVector);
    }

    protected override void MultiplyTiles(
        in PanelWeights first,
        in PanelWeights second,
        in Int16Activations activations,
        int token,
        int tiles,
        float* y,
        int stride,
        byte* unpacked)
    {
        var ones = stackalloc float[TileTokens];
        new Span<float>(ones, TileTokens).Fill(1);
        for (var block = 0; block < first.Blocks; block += StretchBlocks)
        {
            var blocks = Math.Min(StretchBlocks, first.Blocks - block);
            var scales = unpacked + (blocks * BlockGroups * GroupQuants);
            Unpack(first, block, blocks, unpacked, scales);
            Unpack(second, block, blocks, unpacked + sizeof(TVector), scales + sizeof(TVector));
            var isLast = block + blocks == first.Blocks;
            for (var tile = 0; tile < tiles; tile++)
            {
                var t = token + (tile * TileTokens);
                MultiplyTile(
                    unpacked,
                    blocks,
                    block == 0,
                    (byte*)(activations.Row(t) + (block * BlockQ8_0.Size)),
                    first.Blocks * BlockGroups * GroupBytes,
                    isLast ? activations.Scales + t : ones,
                    y + ((long)tile * TileTokens * stride),
                    stride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void MultiplyToken(in PanelWeights weights, short* token, float scale, float* y)
    {
        var halves = weights.Scales;
        var quants = weights.Quants;
        var x = (byte*)token;
        TVector f = default;
        for (var block = weights.Blocks; block > 0; block--)
        {
            TVector even = default, odd = default;
            for (var end = x + (BlockGroups * GroupBytes); x < end; x += GroupBytes, quants += sizeof(TVector))
            {
                var q = TLanes.Load(quants);
                even = Add(even, Even(q), TLanes.Broadcast(x));
                odd = Add(odd, Odd(q), TLanes.Broadcast(x + PairBytes));
            }

            f = TLanes.MultiplyAdd(TLanes.LoadHalves(halves), TLanes.ToSingle(TLanes.AddIntegers(even, odd)), f);
            halves += TLanes.Rows * sizeof(ushort);
        }

        TLanes.Store(TLanes.Multiply(f, TLanes.FillSingle(scale)), (byte*)y);
    }

    // Widens some blocks of one panel of a tile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unpack(in PanelWeights weights, int block, int blocks, byte* quants, byte* scales)
    {
        var source = weights.Quants + ((long)block * BlockGroups * sizeof(TVector));
        for (var group = 0; group < blocks * BlockGroups; group++, source += sizeof(TVector), quants += GroupQuants)
        {
            var q = TLanes.Load(source);
            TLanes.Store(Even(q), quants);
            TLanes.Store(Odd(q), quants + (TilePanels * sizeof(TVector)));
        }

        var halves = weights.Scales + ((long)block * TLanes.Rows * sizeof(ushort));
        for (var b = 0; b < blocks; b++, halves += TLanes.Rows * sizeof(ushort), scales += BlockScales)
        {
            TLanes.Store(TLanes.LoadHalves(halves), scales);
        }
    }

    /// <summary>y[t, p] = factor[t] · (y[t, p] + Σ_blocks d[p] · Σ q[p]·x[t]) for panels p = 0, 1 and tokens t = 0 … 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyTile(
        byte* quants, int blocks, bool isFirst, byte* x, long rowBytes, float* factors, float* y, int stride)
    {
        var x1 = x + rowBytes;
        var x2 = x1 + rowBytes;
        var x3 = x2 + rowBytes;
        var y1 = y + stride;
        var y2 = y1 + stride;
        var y3 = y2 + stride;
        var scales = quants + (blocks * BlockGroups * GroupQuants);
        TVector f00 = default, f10 = default, f01 = default, f11 = default;
        TVector f02 = default, f12 = default, f03 = default, f13 = default;
        if (!isFirst)
        {
            (f00, f10) = (TLanes.Load((byte*)y), TLanes.Load((byte*)(y + TLanes.Rows)));
            (f01, f11) = (TLanes.Load((byte*)y1), TLanes.Load((byte*)(y1 + TLanes.Rows)));
            (f02, f12) = (TLanes.Load((byte*)y2), TLanes.Load((byte*)(y2 + TLanes.Rows)));
            (f03, f13) = (TLanes.Load((byte*)y3), TLanes.Load((byte*)(y3 + TLanes.Rows)));
        }

        nint k = 0;
        for (; blocks > 0; blocks--)
        {
            TVector p00 = default, p10 = default, p01 = default, p11 = default;
            TVector p02 = default, p12 = default, p03 = default, p13 = default;
            for (var end = k + (BlockGroups * GroupBytes); k < end; k += GroupBytes, quants += GroupQuants)
            {
                var w0 = TLanes.Load(quants);
                var w1 = TLanes.Load(quants + sizeof(TVector));
                var v0 = TLanes.Load(quants + (2 * sizeof(TVector)));
                var v1 = TLanes.Load(quants + (3 * sizeof(TVector)));
                AddToken(w0, w1, v0, v1, x + k, ref p00, ref p10);
                AddToken(w0, w1, v0, v1, x1 + k, ref p01, ref p11);
                AddToken(w0, w1, v0, v1, x2 + k, ref p02, ref p12);
                AddToken(w0, w1, v0, v1, x3 + k, ref p03, ref p13);
            }

            var d0 = TLanes.Load(scales);
            var d1 = TLanes.Load(scales + sizeof(TVector));
            scales += BlockScales;
            f00 = TLanes.MultiplyAdd(d0, TLanes.ToSingle(p00), f00);
            f10 = TLanes.MultiplyAdd(d1, TLanes.ToSingle(p10), f10);
            f01 = TLanes.MultiplyAdd(d0, TLanes.ToSingle(p01), f01);
            f11 = TLanes.MultiplyAdd(d1, TLanes.ToSingle(p11), f11);
            f02 = TLanes.MultiplyAdd(d0, TLanes.ToSingle(p02), f02);
            f12 = TLanes.MultiplyAdd(d1, TLanes.ToSingle(p12), f12);
            f03 = TLanes.MultiplyAdd(d0, TLanes.ToSingle(p03), f03);
            f13 = TLanes.MultiplyAdd(d1, TLanes.ToSingle(p13), f13);
        }

        Store(f00, f10, factors[0], y);
        Store(f01, f11, factors[1], y1);
        Store(f02, f12, factors[2], y2);
        Store(f03, f13, factors[3], y3);
    }

    // Four columns of one token. The products are added in pairs first: two dependent additions in a row cost more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToken(
        TVector w0, TVector w1, TVector v0, TVector v1, byte* x, ref TVector p0, ref TVector p1)
    {
        var a = TLanes.Broadcast(x);
        var b = TLanes.Broadcast(x + PairBytes);
        p0 = TLanes.AddIntegers(p0, TLanes.AddIntegers(TLanes.MultiplyWords(w0, a), TLanes.MultiplyWords(v0, b)));
        p1 = TLanes.AddIntegers(p1, TLanes.AddIntegers(TLanes.MultiplyWords(w1, a), TLanes.MultiplyWords(v1, b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector f0, TVector f1, float factor, float* y)
    {
        var scale = TLanes.FillSingle(factor);
        TLanes.Store(TLanes.Multiply(f0, scale), (byte*)y);
        TLanes.Store(TLanes.Multiply(f1, scale), (byte*)(y + TLanes.Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(TVector sum, TVector quants, TVector a) =>
        TLanes.AddIntegers(sum, TLanes.MultiplyWords(quants, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Even(TVector quants) => TLanes.ShiftRightSigned(TLanes.ShiftLeft(quants, 8), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Odd(TVector quants) => TLanes.ShiftRightSigned(quants, 8);
}
