using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Kernels of formats with 256 columns a block, for any width of vectors; a lane is a row of the panel.
/// </summary>
/// <remarks>
/// <para>Products of unsigned quants with activations are summed in 16 bits over <see cref="IQuantPlanes.ChainLength"/>
/// groups at most, from minus the offset times the activations on; one multiply-add with the sub-block's scale, twice
/// in every lane, then scales, sums and widens them. Lanes with <see cref="IIntegerLanes{TVector}.AddProducts"/> sum a
/// whole sub-block in 32 bits and multiply that by its scale. Minimums meet the sums of the activations instead of every
/// product. All of that is exact; only the one or two float steps per block round.</para>
/// <para>Scratch holds an unpacked block of two panels: the quants (<see cref="Int8Tile{TQuants, TLanes, TVector}"/>),
/// 16 vectors of scales and 8 of minimums a panel (<see cref="IScaleWords.Expand"/>), then the f16 numbers as
/// floats.</para>
/// </remarks>
internal sealed unsafe class SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>(
    BlockFormat format, SuperBlockReader reader)
    : SuperBlockKernel<TQuants, TScales>(format, reader, TLanes.Rows, TLanes.Name)
    where TQuants : IQuantPlanes
    where TScales : IScaleWords
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    private const int GroupCount = SuperBlock.Size / 4;
    private const int ScaleCount = 16;
    private const int MinimumCount = 8;
    private const int FactorCount = 2;

    /// <summary>Vectors that <see cref="UnpackScales"/> writes, at most.</summary>
    internal const int ScaleVectors = ScaleCount + MinimumCount + FactorCount;

    private const int TileBlockBytes = Int8Activations.TileTokens * SuperBlockToken.TokenBytes;

    protected override int UnpackedBytes =>
        TilePanels * (GroupCount + ScaleVectors) * sizeof(TVector);

    private static int SubBlocks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => SuperBlock.Size / TScales.SubBlockColumns;
    }

    // Groups that are summed before they are scaled: no more than share a scale, and no more than fit into 16 bits.
    private static int Chain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TLanes.HasDots
            ? TScales.SubBlockColumns / 4
            : Math.Min(TQuants.ChainLength, TScales.SubBlockColumns / 4);
    }

    private static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (IScaleWords.Bytes + (UnitCount * TQuants.Bytes)) * TLanes.Rows;
    }

    internal static int HalfBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => HalfCount * TLanes.Rows * sizeof(ushort);
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
        var scales = (TVector*)unpacked + (TilePanels * GroupCount);
        for (var block = 0; block < first.Blocks; block++, tiles += TileBlockBytes)
        {
            Unpack(first, block, unpacked, scales);
            Unpack(second, block, unpacked + sizeof(TVector), scales + ScaleVectors);
            for (var tile = 0; tile < count; tile++)
            {
                var a = tiles + (tile * tileBytes);
                var sums = totals + (tile * Int8Activations.TileTokens * TilePanels * TLanes.Rows);
                if (TLanes.HasDots)
                {
                    MultiplyTwoTokens(unpacked, a, 0, sums);
                    MultiplyTwoTokens(unpacked, a, 2, sums + (4 * TLanes.Rows));
                }
                else
                {
                    MultiplyTile(unpacked, a, sums);
                }
            }
        }
    }

    protected override void MultiplyFew(
        in PanelWeights weights, int panels, byte* tile, int tokens, byte* unpacked, float* totals)
    {
        if (TLanes.HasDots)
        {
            MultiplyFew<DotProducts>(weights, panels, tile, tokens, (TVector*)unpacked, totals);
        }
        else
        {
            MultiplyFew<PairProducts>(weights, panels, tile, tokens, (TVector*)unpacked, totals);
        }
    }

    private static void MultiplyFew<TProducts>(
        in PanelWeights weights, int panels, byte* tile, int tokens, TVector* scales, float* totals)
        where TProducts : IGroupProducts
    {
        switch (tokens)
        {
            case 1:
                PackedSuperBlockProduct<TQuants, TScales, TProducts, TokenCounts.One, TLanes, TVector>.Multiply(
                    weights, panels, tile, scales, totals);
                break;
            case 2:
                PackedSuperBlockProduct<TQuants, TScales, TProducts, TokenCounts.Two, TLanes, TVector>.Multiply(
                    weights, panels, tile, scales, totals);
                break;
            case 3:
                PackedSuperBlockProduct<TQuants, TScales, TProducts, TokenCounts.Three, TLanes, TVector>.Multiply(
                    weights, panels, tile, scales, totals);
                break;
            default:
                PackedSuperBlockProduct<TQuants, TScales, TProducts, TokenCounts.Four, TLanes, TVector>.Multiply(
                    weights, panels, tile, scales, totals);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Unpack(in PanelWeights weights, int block, byte* quants, TVector* scales)
    {
        var words = weights.Quants + ((long)block * BlockBytes);
        UnpackScales(words, weights.Scales + ((long)block * HalfBytes), scales);
        words += IScaleWords.Bytes * TLanes.Rows;
        for (var unit = 0; unit < UnitCount; unit++, words += TQuants.Bytes * TLanes.Rows)
        {
            Int8Tile<TQuants, TLanes, TVector>.Unpack(words, quants);
            quants += UnitColumns / 4 * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
        }
    }

    /// <summary>Unpacks what scales a block of one panel.</summary>
    /// <param name="words">The block's words.</param>
    /// <param name="halves">Its f16 numbers.</param>
    /// <param name="scales">Receives the scales, then the minimums, then the f16 numbers as floats.</param>
    /// <remarks>Not inlined: with it, its callers would have more to inline than the compiler does.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void UnpackScales(byte* words, byte* halves, TVector* scales)
    {
        TScales.Expand<TLanes, TVector>(words, scales, scales + ScaleCount);
        scales += ScaleCount + MinimumCount;
        scales[0] = TLanes.LoadHalves(halves);
        if (TScales.HasMinimums)
        {
            scales[1] = TLanes.LoadHalves(halves + (TLanes.Rows * sizeof(ushort)));
        }
    }

    // One unpacked block of two panels times four tokens, added to their totals.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyTile(byte* unpacked, byte* tile, float* totals)
    {
        TileSums<TVector> sums = default;
        var first = (TVector*)unpacked + (TilePanels * GroupCount);
        var second = first + ScaleVectors;
        var a = tile;
        var offsets = tile + SuperBlockToken.OffsetsOffset(Int8Activations.TileTokens);
        for (var subBlock = 0; subBlock < SubBlocks; subBlock++)
        {
            for (var groups = TScales.SubBlockColumns / 4; groups > 0; groups -= Chain)
            {
                Int8Tile<TQuants, TLanes, TVector>.Add(
                    Chain, unpacked, a, Offset, offsets, first[subBlock], second[subBlock], ref sums);
                unpacked += Chain * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
                a += Chain * Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
            }

            offsets += Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
        }

        AddBlock(sums.S00, sums.S10, first, second, tile, 0, totals);
        AddBlock(sums.S01, sums.S11, first, second, tile, 1, totals + (2 * TLanes.Rows));
        AddBlock(sums.S02, sums.S12, first, second, tile, 2, totals + (4 * TLanes.Rows));
        AddBlock(sums.S03, sums.S13, first, second, tile, 3, totals + (6 * TLanes.Rows));
    }

    // The same in 32 bits, for two tokens of a tile: four sums of a sub-block and four of the block leave registers over.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyTwoTokens(byte* unpacked, byte* tile, int token, float* totals)
    {
        TVector s00 = default, s10 = default, s01 = default, s11 = default;
        var first = (TVector*)unpacked + (TilePanels * GroupCount);
        var second = first + ScaleVectors;
        var a = tile + (4 * token);
        var offsets = a + SuperBlockToken.OffsetsOffset(Int8Activations.TileTokens);
        for (var subBlock = 0; subBlock < SubBlocks; subBlock++)
        {
            TVector d00, d10, d01, d11;
            d00 = d10 = DotTile<TQuants, TLanes, TVector>.Start(Offset, offsets);
            d01 = d11 = DotTile<TQuants, TLanes, TVector>.Start(Offset, offsets + 4);
            DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 0, ref d00, ref d10, ref d01, ref d11);
            DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 1, ref d00, ref d10, ref d01, ref d11);
            DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 2, ref d00, ref d10, ref d01, ref d11);
            DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 3, ref d00, ref d10, ref d01, ref d11);
            if (Chain == 8)
            {
                DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 4, ref d00, ref d10, ref d01, ref d11);
                DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 5, ref d00, ref d10, ref d01, ref d11);
                DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 6, ref d00, ref d10, ref d01, ref d11);
                DotTile<TQuants, TLanes, TVector>.Add(unpacked, a, 7, ref d00, ref d10, ref d01, ref d11);
            }

            s00 = TLanes.AddIntegers(s00, TLanes.MultiplyIntegers(d00, first[subBlock]));
            s10 = TLanes.AddIntegers(s10, TLanes.MultiplyIntegers(d10, second[subBlock]));
            s01 = TLanes.AddIntegers(s01, TLanes.MultiplyIntegers(d01, first[subBlock]));
            s11 = TLanes.AddIntegers(s11, TLanes.MultiplyIntegers(d11, second[subBlock]));
            unpacked += Chain * Int8Tile<TQuants, TLanes, TVector>.GroupQuants;
            a += Chain * Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
            offsets += Int8Tile<TQuants, TLanes, TVector>.GroupBytes;
        }

        AddBlock(s00, s10, first, second, tile, token, totals);
        AddBlock(s01, s11, first, second, tile, token + 1, totals + (2 * TLanes.Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(TVector sum, TVector products, TVector scale) =>
        TLanes.AddIntegers(sum, TLanes.MultiplyWords(products, scale));

    // One token's part of a block, for both panels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock(
        TVector dot0, TVector dot1, TVector* first, TVector* second, byte* tile, int token, float* totals)
    {
        TVector minimum0 = default, minimum1 = default;
        var sums = tile + SuperBlockToken.SumsOffset(Int8Activations.TileTokens, TScales.SubBlockColumns) + (4 * token);
        for (var i = 0; TScales.HasMinimums && i < SubBlocks / 2; i++, sums += 4 * Int8Activations.TileTokens)
        {
            var sum = TLanes.Broadcast(sums);
            minimum0 = Add(minimum0, first[ScaleCount + i], sum);
            minimum1 = Add(minimum1, second[ScaleCount + i], sum);
        }

        var scale = TLanes.Broadcast(tile + SuperBlockToken.ScaleOffset(Int8Activations.TileTokens) + (4 * token));
        AddBlock(dot0, minimum0, first, scale, totals);
        AddBlock(dot1, minimum1, second, scale, totals + TLanes.Rows);
    }

    // Σ_j minimum_j · Σ a of one token, whose sums are `count` pairs apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Minimum(TVector* scales, byte* sums, int count)
    {
        TVector minimum = default;
        for (var i = 0; TScales.HasMinimums && i < SubBlocks / 2; i++)
        {
            minimum = Add(minimum, scales[ScaleCount + i], TLanes.Broadcast(sums + (4 * i * count)));
        }

        return minimum;
    }

    // total += s · (d · Σ_j scale_j · Σ (q − offset)·a − m · Σ_j minimum_j · Σ a)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddBlock(TVector dot, TVector minimum, TVector* scales, TVector scale, float* total)
    {
        var factors = scales + ScaleCount + MinimumCount;
        var f = TLanes.Load((byte*)total);
        f = TLanes.MultiplyAdd(TLanes.Multiply(factors[0], scale), TLanes.ToSingle(dot), f);
        if (TScales.HasMinimums)
        {
            f = TLanes.MultiplySubtract(TLanes.Multiply(factors[1], scale), TLanes.ToSingle(minimum), f);
        }

        TLanes.Store(f, (byte*)total);
    }
}
