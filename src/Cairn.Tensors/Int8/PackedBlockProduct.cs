using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Packed blocks of 32 columns times the tokens of one tile: quants are unpacked into registers, meet every token there
/// and are never stored. What a pass over few tokens consists of.
/// </summary>
/// <remarks>
/// One panel at a time: its eight vectors of quants and the tokens' totals then fit into 16 registers, and each
/// broadcast of activations feeds one multiply. Walks a few blocks of each panel in turn, so that as many streams come
/// from memory as there are panels. Results of <typeparamref name="TProducts"/> have 16 bits for unsigned quants on lanes
/// without dot products, else 32.
/// </remarks>
internal static unsafe class PackedBlockProduct<TQuants, TScales, TProducts, TTokens, TLanes, TVector>
    where TQuants : IQuantPlanes
    where TScales : IBlockScales
    where TProducts : IGroupProducts
    where TTokens : ITokenCount
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    private const int WalkBytes = 512; // of each panel in turn: enough to keep all their streams going

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

    /// <summary>Writes totals[t, r] = Σ_k w[r, k]·x[t, k].</summary>
    /// <param name="weights">The first panel.</param>
    /// <param name="panels">Panels.</param>
    /// <param name="tile">The tokens' activations.</param>
    /// <param name="totals">[tokens][panels · panel rows].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in PanelWeights weights, int panels, byte* tile, float* totals)
    {
        // The hardware follows a panel, but has to find the next ones anew: ask for them while these are computed.
        var ahead = panels * weights.PanelBytes;
        var stride = panels * TLanes.Rows;
        var walk = Math.Max(1, WalkBytes / BlockBytes);
        new Span<float>(totals, TTokens.Count * stride).Clear();
        for (var block = 0; block < weights.Blocks; block += walk)
        {
            var blocks = Math.Min(walk, weights.Blocks - block);
            var words = weights.Quants + ((long)block * BlockBytes);
            var halves = weights.Scales + ((long)block * HalfBytes);
            for (var panel = 0; panel < panels; panel++)
            {
                Add(words, halves, blocks, ahead, tile, totals + (panel * TLanes.Rows), stride);
                words += weights.PanelBytes;
                halves += weights.PanelBytes;
            }

            tile += blocks * TTokens.Count * BlockToken.TokenBytes;
        }
    }

    // Some blocks of one panel, added to the totals.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Add(byte* words, byte* halves, int blocks, long ahead, byte* tile, float* totals, int stride)
    {
        var ones = TLanes.Fill(0x0001_0001);
        var half = BlockToken.Columns / 2 * TTokens.Count;
        var f0 = TLanes.Load((byte*)totals);
        var f1 = TTokens.Count > 1 ? TLanes.Load((byte*)(totals + stride)) : default;
        var f2 = TTokens.Count > 2 ? TLanes.Load((byte*)(totals + (2 * stride))) : default;
        var f3 = TTokens.Count > 3 ? TLanes.Load((byte*)(totals + (3 * stride))) : default;
        for (; blocks > 0; blocks--, words += BlockBytes, halves += HalfBytes)
        {
            TLanes.Prefetch(words + ahead, BlockBytes);
            var (w0, v0) = TQuants.Unpack<TLanes, TVector>(words, 0);
            var (w1, v1) = TQuants.Unpack<TLanes, TVector>(words, 1);
            var (w2, v2) = TQuants.Unpack<TLanes, TVector>(words, 2);
            var (w3, v3) = TQuants.Unpack<TLanes, TVector>(words, 3);
            var d = TLanes.LoadHalves(halves);
            var m = TScales.Count > 1 ? TLanes.LoadHalves(halves + (TLanes.Rows * sizeof(ushort))) : default;
            var scales = tile + BlockToken.ScaleOffset(TTokens.Count);
            var low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, tile, 4 * TTokens.Count);
            var high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, tile + half, 4 * TTokens.Count);
            f0 = Add(f0, low, high, d, m, scales, ones);
            if (TTokens.Count > 1)
            {
                low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, tile + 4, 4 * TTokens.Count);
                high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, tile + half + 4, 4 * TTokens.Count);
                f1 = Add(f1, low, high, d, m, scales + 4, ones);
            }

            if (TTokens.Count > 2)
            {
                low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, tile + 8, 4 * TTokens.Count);
                high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, tile + half + 8, 4 * TTokens.Count);
                f2 = Add(f2, low, high, d, m, scales + 8, ones);
            }

            if (TTokens.Count > 3)
            {
                low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, tile + 12, 4 * TTokens.Count);
                high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, tile + half + 12, 4 * TTokens.Count);
                f3 = Add(f3, low, high, d, m, scales + 12, ones);
            }

            tile += TTokens.Count * BlockToken.TokenBytes;
        }

        TLanes.Store(f0, (byte*)totals);
        if (TTokens.Count > 1)
        {
            TLanes.Store(f1, (byte*)(totals + stride));
        }

        if (TTokens.Count > 2)
        {
            TLanes.Store(f2, (byte*)(totals + (2 * stride)));
        }

        if (TTokens.Count > 3)
        {
            TLanes.Store(f3, (byte*)(totals + (3 * stride)));
        }
    }

    // One token's part of a block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(
        TVector total, TVector low, TVector high, TVector d, TVector m, byte* scale, TVector ones)
    {
        var dot = TLanes.HasDots || TQuants.IsSigned ? TLanes.AddIntegers(low, high)
            : TQuants.ChainLength == 8 ? TLanes.MultiplyWords(TLanes.AddWords(low, high), ones)
            : TLanes.AddIntegers(TLanes.MultiplyWords(low, ones), TLanes.MultiplyWords(high, ones));
        var sum = TLanes.Broadcast(scale + (4 * TTokens.Count));
        return BlockVectorKernel<TQuants, TScales, TLanes, TVector>.Add(
            total, dot, d, m, TLanes.Broadcast(scale), sum);
    }
}
