using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Kernels of formats with 32 columns a block, for any width of vectors; a lane is a row of the panel.
/// </summary>
/// <remarks>
/// Products of quants with activations are summed in 16 bits over <see cref="IQuantPlanes.ChainLength"/> groups of four
/// columns; a multiply-add with ones then widens them. Lanes with <see cref="IIntegerLanes{TVector}.AddProducts"/> sum them
/// in 32 bits instead. Scratch holds a stretch of eight blocks of two panels: the
/// quants (<see cref="Int8Tile{TQuants, TLanes, TVector}"/>), then for each block the scales of both panels, the
/// minimums where the format has some, and the sums that signs need (<see cref="SignedTile{TLanes, TVector}"/>).
/// </remarks>
internal sealed unsafe class BlockVectorKernel<TQuants, TScales, TLanes, TVector>(
    BlockFormat format, BlockReader? reader)
    : BlockKernel<TQuants, TScales>(format, reader, TLanes.Rows, TLanes.Name)
    where TQuants : IQuantPlanes
    where TScales : IBlockScales
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    private const int StretchBlocks = 8;
    private const int BlockGroups = BlockToken.Columns / 4;
    private const int TileBlockBytes = Int8Activations.TileTokens * BlockToken.TokenBytes;

    protected override int UnpackedBytes => StretchBlocks * (BlockQuants + BlockScales);

    // Groups of a call of the inner loop.
    private static int StepGroups
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Int8Tile<TQuants, TLanes, TVector>.HasSigns ? SignedTile<TLanes, TVector>.Groups : TQuants.ChainLength;
    }

    private static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TQuants.Bytes * TLanes.Rows;
    }

    private static int HalfBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TScales.Count * TLanes.Rows * sizeof(ushort);
    }

    private static int BlockQuants
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BlockGroups * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
    }

    private static int BlockScales
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TScales.Count + (Int8Tile<TQuants, TLanes, TVector>.HasSigns ? 1 : 0)) * TilePanels * sizeof(TVector);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyTiles(
        in PanelWeights first,
        in PanelWeights second,
        byte* tiles,
        long tileBytes,
        int count,
        byte* unpacked,
        float* totals)
    {
        for (var block = 0; block < first.Blocks; block += StretchBlocks)
        {
            var blocks = Math.Min(StretchBlocks, first.Blocks - block);
            Unpack(first, block, blocks, unpacked);
            Unpack(second, block, blocks, unpacked + sizeof(TVector));
            for (var tile = 0; tile < count; tile++)
            {
                var a = tiles + (tile * tileBytes);
                var sums = totals + (tile * Int8Activations.TileTokens * TilePanels * TLanes.Rows);
                if (TLanes.HasDots)
                {
                    MultiplyTileDots(unpacked, blocks, a, sums);
                }
                else
                {
                    MultiplyTile(unpacked, blocks, a, sums);
                }
            }

            tiles += blocks * TileBlockBytes;
        }
    }

    protected override void MultiplyFew(
        in PanelWeights weights, int panels, byte* tile, int tokens, byte* unpacked, float* totals)
    {
        if (TLanes.HasDots)
        {
            MultiplyFew<DotProducts>(weights, panels, tile, tokens, totals);
        }
        else if (TQuants.IsSigned)
        {
            MultiplyFew<SignedProducts>(weights, panels, tile, tokens, totals);
        }
        else
        {
            MultiplyFew<PairProducts>(weights, panels, tile, tokens, totals);
        }
    }

    private static void MultiplyFew<TProducts>(
        in PanelWeights weights, int panels, byte* tile, int tokens, float* totals)
        where TProducts : IGroupProducts
    {
        switch (tokens)
        {
            case 1:
                PackedBlockProduct<TQuants, TScales, TProducts, TokenCounts.One, TLanes, TVector>.Multiply(
                    weights, panels, tile, totals);
                break;
            case 2:
                PackedBlockProduct<TQuants, TScales, TProducts, TokenCounts.Two, TLanes, TVector>.Multiply(
                    weights, panels, tile, totals);
                break;
            case 3:
                PackedBlockProduct<TQuants, TScales, TProducts, TokenCounts.Three, TLanes, TVector>.Multiply(
                    weights, panels, tile, totals);
                break;
            default:
                PackedBlockProduct<TQuants, TScales, TProducts, TokenCounts.Four, TLanes, TVector>.Multiply(
                    weights, panels, tile, totals);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Unpack(in PanelWeights weights, int block, int blocks, byte* unpacked)
    {
        var words = weights.Quants + ((long)block * BlockBytes);
        var halves = weights.Scales + ((long)block * HalfBytes);
        var scales = unpacked + (StretchBlocks * BlockQuants);
        for (; blocks > 0; blocks--, words += BlockBytes, unpacked += BlockQuants)
        {
            for (var i = 0; i < TScales.Count; i++, halves += TLanes.Rows * sizeof(ushort))
            {
                TLanes.Store(TLanes.LoadHalves(halves), scales);
                scales += TilePanels * sizeof(TVector);
            }

            Int8Tile<TQuants, TLanes, TVector>.Unpack(words, unpacked);
            if (Int8Tile<TQuants, TLanes, TVector>.HasSigns)
            {
                TLanes.Store(SignedTile<TLanes, TVector>.SignSums(unpacked), scales);
                scales += TilePanels * sizeof(TVector);
            }
        }
    }

    // A stretch of unpacked blocks times four tokens, added to their totals.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyTile(byte* unpacked, int blocks, byte* tile, float* totals)
    {
        var ones = TLanes.Fill(0x0001_0001);
        var scales = unpacked + (StretchBlocks * BlockQuants);
        var rows = (TVector*)totals;
        var (f00, f10, f01, f11) = (rows[0], rows[1], rows[2], rows[3]);
        var (f02, f12, f03, f13) = (rows[4], rows[5], rows[6], rows[7]);
        for (; blocks > 0; blocks--, scales += BlockScales)
        {
            var sums = StartSums(scales);
            for (var groups = BlockGroups; groups > 0; groups -= StepGroups)
            {
                if (Int8Tile<TQuants, TLanes, TVector>.HasSigns)
                {
                    SignedTile<TLanes, TVector>.Add(unpacked, tile, ones, ref sums);
                }
                else
                {
                    Int8Tile<TQuants, TLanes, TVector>.Add(StepGroups, unpacked, tile, 0, null, ones, ones, ref sums);
                }

                unpacked += StepGroups * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
                tile += StepGroups * Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
            }

            AddBlock(sums.S00, sums.S10, scales, tile, ref f00, ref f10);
            AddBlock(sums.S01, sums.S11, scales, tile + 4, ref f01, ref f11);
            AddBlock(sums.S02, sums.S12, scales, tile + 8, ref f02, ref f12);
            AddBlock(sums.S03, sums.S13, scales, tile + 12, ref f03, ref f13);
            tile += 2 * sizeof(float) * Int8Activations.TileTokens;
        }

        (rows[0], rows[1], rows[2], rows[3]) = (f00, f10, f01, f11);
        (rows[4], rows[5], rows[6], rows[7]) = (f02, f12, f03, f13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TileSums<TVector> StartSums(byte* scales)
    {
        TileSums<TVector> sums = default;
        if (Int8Tile<TQuants, TLanes, TVector>.HasSigns)
        {
            scales += TScales.Count * TilePanels * sizeof(TVector);
            sums.S00 = sums.S01 = sums.S02 = sums.S03 = TLanes.Load(scales);
            sums.S10 = sums.S11 = sums.S12 = sums.S13 = TLanes.Load(scales + sizeof(TVector));
        }

        return sums;
    }

    // The same in 32 bits. The totals stay in memory: eight sums and what they multiply take the registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyTileDots(byte* unpacked, int blocks, byte* tile, float* totals)
    {
        var scales = unpacked + (StretchBlocks * BlockQuants);
        var rows = (TVector*)totals;
        for (; blocks > 0; blocks--, unpacked += BlockQuants, scales += BlockScales, tile += TileBlockBytes)
        {
            TileSums<TVector> sums = default;
            DotTile<TQuants, TLanes, TVector>.Add(unpacked, tile, ref sums);
            var factors = tile + BlockToken.ScaleOffset(Int8Activations.TileTokens);
            AddBlock(sums.S00, sums.S10, scales, factors, ref rows[0], ref rows[1]);
            AddBlock(sums.S01, sums.S11, scales, factors + 4, ref rows[2], ref rows[3]);
            AddBlock(sums.S02, sums.S12, scales, factors + 8, ref rows[4], ref rows[5]);
            AddBlock(sums.S03, sums.S13, scales, factors + 12, ref rows[6], ref rows[7]);
        }
    }

    // One token's part of a block, for both panels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock(
        TVector dot0, TVector dot1, byte* scales, byte* scale, ref TVector total0, ref TVector total1)
    {
        var s = TLanes.Broadcast(scale);
        var sum = TLanes.Broadcast(scale + (sizeof(float) * Int8Activations.TileTokens));
        var m0 = TScales.Count > 1 ? TLanes.Load(scales + (2 * sizeof(TVector))) : default;
        var m1 = TScales.Count > 1 ? TLanes.Load(scales + (3 * sizeof(TVector))) : default;
        total0 = Add(total0, dot0, TLanes.Load(scales), m0, s, sum);
        total1 = Add(total1, dot1, TLanes.Load(scales + sizeof(TVector)), m1, s, sum);
    }

    // Σ (q + bias)·a − bias · Σ a is exact: all three are integers below 2^24.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Add(TVector total, TVector dot, TVector d, TVector m, TVector scale, TVector sum)
    {
        var exact = TLanes.ToSingle(dot);
        if (DotTile<TQuants, TLanes, TVector>.Bias > 0)
        {
            var bias = TLanes.FillSingle(DotTile<TQuants, TLanes, TVector>.Bias);
            exact = TLanes.MultiplySubtract(bias, sum, exact);
        }

        return TScales.Add<TLanes, TVector>(total, exact, d, m, scale, sum);
    }
}
