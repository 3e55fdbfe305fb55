using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Kernels of formats with 256 columns a block, for any width of vectors; a lane is a row of the panel.</summary>
/// <remarks>
/// <para>Products of unsigned quants with activations are summed in 16 bits over <see cref="IQuantPlanes.ChainLength"/>
/// groups at most; one multiply-add with the sub-block's scale, twice in every lane, then scales, sums and widens them.
/// Offsets and minimums meet the sums of the activations instead of every product. All of that is exact; only the two
/// steps per block in <see cref="AddBlock"/> round.</para>
/// <para>Scratch holds an unpacked block: 64 vectors of quants, the groups in the order of the columns; 16 of scales, 8
/// of corrections (<see cref="IScaleWords.Expand"/>).</para>
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
    private const int CorrectionCount = 8;
    private const int TileGroup = 4 * TokenTile.Tokens; // bytes of a group of columns in a tile

    protected override int UnpackedBytes => (GroupCount + ScaleCount + CorrectionCount) * sizeof(TVector);

    private static int SubBlocks => SuperBlock.Size / TScales.SubBlockColumns;

    // Groups that are summed in 16 bits: no more than fit, and no more than share a scale.
    private static int Chain => Math.Min(TQuants.ChainLength, TScales.SubBlockColumns / 4);

    private static int BlockBytes => (IScaleWords.Bytes + (UnitCount * TQuants.Bytes)) * TLanes.Rows;

    private static int HalfBytes => HalfCount * TLanes.Rows * sizeof(ushort);

    protected override void MultiplyTiles(
        in PanelWeights weights, byte* tiles, long tileBytes, int count, byte* unpacked, float* totals)
    {
        var halves = weights.Scales;
        var words = weights.Quants;
        for (var block = 0; block < weights.Blocks; block++)
        {
            Unpack(words, unpacked);
            for (var tile = 0; tile < count; tile++)
            {
                MultiplyTile(
                    unpacked, halves, tiles + (tile * tileBytes), totals + (tile * TokenTile.Tokens * TLanes.Rows));
            }

            words += BlockBytes;
            halves += HalfBytes;
            tiles += TokenTile.Tokens * SuperBlockToken.TokenBytes;
        }
    }

    protected override void MultiplyToken(in PanelWeights weights, int panels, byte* token, byte* unpacked, float* y)
    {
        new Span<float>(y, panels * TLanes.Rows).Clear();
        for (var block = 0; block < weights.Blocks; block++, token += SuperBlockToken.TokenBytes)
        {
            for (var panel = 0; panel < panels; panel++)
            {
                var start = panel * weights.PanelBytes;
                MultiplyToken(
                    weights.Quants + start + ((long)block * BlockBytes),
                    weights.Scales + start + ((long)block * HalfBytes),
                    token,
                    unpacked,
                    y + (panel * TLanes.Rows));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Unpack(byte* words, byte* unpacked)
    {
        var quants = unpacked;
        var scales = (TVector*)unpacked + GroupCount;
        TScales.Expand<TLanes, TVector>(words, scales, scales + ScaleCount);
        words += IScaleWords.Bytes * TLanes.Rows;
        for (var unit = 0; unit < UnitCount; unit++, words += TQuants.Bytes * TLanes.Rows, quants += 8 * sizeof(TVector))
        {
            UnpackPair(words, 0, quants);
            UnpackPair(words, 1, quants);
            UnpackPair(words, 2, quants);
            UnpackPair(words, 3, quants);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UnpackPair(byte* words, int pair, byte* quants)
    {
        var (low, high) = TQuants.Unpack<TLanes, TVector>(words, pair);
        TLanes.Store(low, quants + (pair * sizeof(TVector)));
        TLanes.Store(high, quants + ((pair + 4) * sizeof(TVector)));
    }

    // One unpacked block times four tokens, added to their totals.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyTile(byte* unpacked, byte* halves, byte* tile, float* totals)
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        var quants = unpacked;
        var scales = unpacked + (GroupCount * sizeof(TVector));
        var a = tile;
        for (var subBlock = 0; subBlock < SubBlocks; subBlock++, scales += sizeof(TVector))
        {
            var scale = TLanes.Load(scales);
            for (var chain = TScales.SubBlockColumns / 4 / Chain; chain > 0; chain--)
            {
                var w = TLanes.Load(quants);
                var p0 = Dot(w, a);
                var p1 = Dot(w, a + 4);
                var p2 = Dot(w, a + 8);
                var p3 = Dot(w, a + 12);
                w = TLanes.Load(quants + sizeof(TVector));
                p0 = TLanes.AddWords(p0, Dot(w, a + TileGroup));
                p1 = TLanes.AddWords(p1, Dot(w, a + TileGroup + 4));
                p2 = TLanes.AddWords(p2, Dot(w, a + TileGroup + 8));
                p3 = TLanes.AddWords(p3, Dot(w, a + TileGroup + 12));
                for (var group = 2; group < Chain; group += 2)
                {
                    quants += 2 * sizeof(TVector);
                    a += 2 * TileGroup;
                    w = TLanes.Load(quants);
                    p0 = TLanes.AddWords(p0, Dot(w, a));
                    p1 = TLanes.AddWords(p1, Dot(w, a + 4));
                    p2 = TLanes.AddWords(p2, Dot(w, a + 8));
                    p3 = TLanes.AddWords(p3, Dot(w, a + 12));
                    w = TLanes.Load(quants + sizeof(TVector));
                    p0 = TLanes.AddWords(p0, Dot(w, a + TileGroup));
                    p1 = TLanes.AddWords(p1, Dot(w, a + TileGroup + 4));
                    p2 = TLanes.AddWords(p2, Dot(w, a + TileGroup + 8));
                    p3 = TLanes.AddWords(p3, Dot(w, a + TileGroup + 12));
                }

                quants += 2 * sizeof(TVector);
                a += 2 * TileGroup;
                s0 = TLanes.AddIntegers(s0, TLanes.MultiplyWords(p0, scale));
                s1 = TLanes.AddIntegers(s1, TLanes.MultiplyWords(p1, scale));
                s2 = TLanes.AddIntegers(s2, TLanes.MultiplyWords(p2, scale));
                s3 = TLanes.AddIntegers(s3, TLanes.MultiplyWords(p3, scale));
            }
        }

        var corrections = unpacked + ((GroupCount + ScaleCount) * sizeof(TVector));
        AddBlock(s0, corrections, halves, tile, TokenTile.Tokens, 0, totals);
        AddBlock(s1, corrections, halves, tile, TokenTile.Tokens, 1, totals + TLanes.Rows);
        AddBlock(s2, corrections, halves, tile, TokenTile.Tokens, 2, totals + (2 * TLanes.Rows));
        AddBlock(s3, corrections, halves, tile, TokenTile.Tokens, 3, totals + (3 * TLanes.Rows));
    }

    // One packed block times one token, added to its total.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void MultiplyToken(byte* words, byte* halves, byte* token, byte* unpacked, float* total)
    {
        var scales = (TVector*)unpacked;
        TScales.Expand<TLanes, TVector>(words, scales, scales + ScaleCount);
        words += IScaleWords.Bytes * TLanes.Rows;
        TVector s = default;
        var a = token;
        for (var unit = 0; unit < UnitCount; unit++, words += TQuants.Bytes * TLanes.Rows, a += UnitColumns)
        {
            var (low0, high0) = Dots(words, 0, a);
            var (low1, high1) = Dots(words, 1, a);
            var (low2, high2) = Dots(words, 2, a);
            var (low3, high3) = Dots(words, 3, a);
            var lowScale = TLanes.Load((byte*)scales);
            scales += SubBlocks / UnitCount;
            var highScale = TLanes.Load((byte*)(scales - 1));
            if (Chain == 2)
            {
                s = Add(s, low0, low1, lowScale);
                s = Add(s, low2, low3, lowScale);
                s = Add(s, high0, high1, highScale);
                s = Add(s, high2, high3, highScale);
                continue;
            }

            var low = TLanes.AddWords(TLanes.AddWords(low0, low1), TLanes.AddWords(low2, low3));
            var high = TLanes.AddWords(TLanes.AddWords(high0, high1), TLanes.AddWords(high2, high3));
            if (Chain == 4)
            {
                s = TLanes.AddIntegers(s, TLanes.MultiplyWords(low, lowScale));
                s = TLanes.AddIntegers(s, TLanes.MultiplyWords(high, highScale));
                continue;
            }

            s = Add(s, low, high, lowScale);
        }

        AddBlock(s, unpacked + (ScaleCount * sizeof(TVector)), halves, token, 1, 0, total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Low, TVector High) Dots(byte* words, int pair, byte* a)
    {
        var (low, high) = TQuants.Unpack<TLanes, TVector>(words, pair);
        return (Dot(low, a + (4 * pair)), Dot(high, a + (4 * pair) + (UnitColumns / 2)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Dot(TVector quants, byte* a) => TLanes.MultiplyBytes(quants, TLanes.Broadcast(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(TVector sum, TVector p, TVector q, TVector scale) =>
        TLanes.AddIntegers(sum, TLanes.MultiplyWords(TLanes.AddWords(p, q), scale));

    // total += s · (d · (dot − offset · correction)), or s · (d · dot − m · correction).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock(
        TVector dot, byte* corrections, byte* halves, byte* tokens, int count, int token, float* total)
    {
        var sums = tokens + (TScales.SubBlockColumns == 16
            ? SuperBlockToken.Sums16Offset(count) + (token * 32)
            : SuperBlockToken.Sums32Offset(count) + (token * 16));
        TVector correction = default;
        for (var i = 0; i < SubBlocks / 2; i++)
        {
            var product = TLanes.MultiplyWords(TLanes.Load(corrections + (i * sizeof(TVector))), TLanes.Broadcast(sums + (4 * i)));
            correction = TLanes.AddIntegers(correction, product);
        }

        var scale = TLanes.Broadcast(tokens + SuperBlockToken.ScaleOffset(count) + (token * sizeof(float)));
        var d = TLanes.Multiply(TLanes.LoadHalves(halves), scale);
        var f = TLanes.Load((byte*)total);
        if (TScales.HasMinimums)
        {
            var m = TLanes.Multiply(TLanes.LoadHalves(halves + (TLanes.Rows * sizeof(ushort))), scale);
            f = TLanes.MultiplyAdd(d, TLanes.ToSingle(dot), f);
            f = TLanes.MultiplySubtract(m, TLanes.ToSingle(correction), f);
        }
        else
        {
            f = TLanes.MultiplyAdd(d, TLanes.ToSingle(TLanes.SubtractShifted(dot, correction, TQuants.Bits - 1)), f);
        }

        TLanes.Store(f, (byte*)total);
    }
}
