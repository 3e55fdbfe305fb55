using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Packed blocks of 256 columns times the tokens of one tile: quants are unpacked into registers, meet every token there
/// and are never stored. What a pass over few tokens consists of; see
/// <see cref="PackedBlockProduct{TQuants, TScales, TProducts, TTokens, TLanes, TVector}"/>.
/// </summary>
internal static unsafe class PackedSuperBlockProduct<TQuants, TScales, TProducts, TTokens, TLanes, TVector>
    where TQuants : IQuantPlanes
    where TScales : IScaleWords
    where TProducts : IGroupProducts
    where TTokens : ITokenCount
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    private const int Units = SuperBlock.Size / UnitColumns;
    private const int UnitColumns = 32;

    private static int UnitBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TQuants.Bytes * TLanes.Rows;
    }

    private static int ScaleBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IScaleWords.Bytes * TLanes.Rows;
    }

    // Scales of a unit: one, or one for each half.
    private static int UnitScales
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => UnitColumns / TScales.SubBlockColumns;
    }

    // A unit's products go into one 16-bit sum.
    private static bool IsOneChain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => UnitScales == 1 && TQuants.ChainLength == 8;
    }

    /// <summary>Writes totals[t, r] = Σ_k w[r, k]·x[t, k].</summary>
    /// <param name="weights">The first panel.</param>
    /// <param name="panels">Panels.</param>
    /// <param name="tile">The tokens' activations.</param>
    /// <param name="scales">Aligned scratch for the scales of a block and the sums of the tokens.</param>
    /// <param name="totals">[tokens][panels · panel rows].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in PanelWeights weights, int panels, byte* tile, TVector* scales, float* totals)
    {
        // The hardware follows a panel, but has to find the next ones anew: ask for them while these are computed.
        var ahead = panels * weights.PanelBytes;
        var stride = panels * TLanes.Rows;
        var words = weights.Quants;
        var halves = weights.Scales;
        new Span<float>(totals, TTokens.Count * stride).Clear();
        for (var blocks = weights.Blocks; blocks > 0; blocks--)
        {
            for (var panel = 0; panel < panels; panel++)
            {
                var start = words + (panel * weights.PanelBytes);
                TLanes.Prefetch(start + ahead, ScaleBytes);
                SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>.UnpackScales(
                    start, halves + (panel * weights.PanelBytes), scales);
                Add(start + ScaleBytes, scales, ahead, tile, totals + (panel * TLanes.Rows), stride);
            }

            words += ScaleBytes + (Units * UnitBytes);
            halves += SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>.HalfBytes;
            tile += TTokens.Count * SuperBlockToken.TokenBytes;
        }
    }

    // The quants of one block of one panel, added to the totals.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Add(byte* words, TVector* scales, long ahead, byte* tile, float* totals, int stride)
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        var a = tile;
        var half = UnitColumns / 2 * TTokens.Count;
        var offsets = tile + SuperBlockToken.OffsetsOffset(TTokens.Count);
        var scale = scales;
        for (var unit = 0; unit < Units; unit++)
        {
            TLanes.Prefetch(words + ahead, UnitBytes);
            var (w0, v0) = TQuants.Unpack<TLanes, TVector>(words, 0);
            var (w1, v1) = TQuants.Unpack<TLanes, TVector>(words, 1);
            var (w2, v2) = TQuants.Unpack<TLanes, TVector>(words, 2);
            var (w3, v3) = TQuants.Unpack<TLanes, TVector>(words, 3);
            var low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, a, 4 * TTokens.Count);
            var high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, a + half, 4 * TTokens.Count);
            s0 = AddUnit(s0, low, high, scale, offsets);
            if (TTokens.Count > 1)
            {
                low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, a + 4, 4 * TTokens.Count);
                high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, a + half + 4, 4 * TTokens.Count);
                s1 = AddUnit(s1, low, high, scale, offsets + 4);
            }

            if (TTokens.Count > 2)
            {
                low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, a + 8, 4 * TTokens.Count);
                high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, a + half + 8, 4 * TTokens.Count);
                s2 = AddUnit(s2, low, high, scale, offsets + 8);
            }

            if (TTokens.Count > 3)
            {
                low = TProducts.Sum<TQuants, TLanes, TVector>(w0, w1, w2, w3, a + 12, 4 * TTokens.Count);
                high = TProducts.Sum<TQuants, TLanes, TVector>(v0, v1, v2, v3, a + half + 12, 4 * TTokens.Count);
                s3 = AddUnit(s3, low, high, scale, offsets + 12);
            }

            scale += UnitScales;
            words += UnitBytes;
            a += 2 * half;
            offsets += 8 * TTokens.Count;
        }

        // In scratch and not on the stack, which is not aligned to vectors.
        var dots = scales + SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>.ScaleVectors;
        (dots[0], dots[1], dots[2], dots[3]) = (s0, s1, s2, s3);
        AddBlock(dots, scales, tile, totals, stride);
    }

    // One token's products of a unit, less the offset, times the scales.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddUnit(TVector sum, TVector low, TVector high, TVector* scale, byte* offsets)
    {
        if (TLanes.HasDots)
        {
            return AddDots(sum, low, high, scale, offsets);
        }

        if (IsOneChain)
        {
            return TLanes.AddIntegers(sum, TLanes.MultiplyWords(TLanes.AddWords(low, high), scale[0]));
        }

        if (Offset != 0)
        {
            low = TLanes.AddWords(low, Int8Tile<TQuants, TLanes, TVector>.Start(Offset, offsets));
            high = TLanes.AddWords(
                high, Int8Tile<TQuants, TLanes, TVector>.Start(Offset, offsets + (4 * TTokens.Count)));
        }

        sum = TLanes.AddIntegers(sum, TLanes.MultiplyWords(low, scale[0]));
        return TLanes.AddIntegers(sum, TLanes.MultiplyWords(high, scale[UnitScales - 1]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddDots(TVector sum, TVector low, TVector high, TVector* scale, byte* offsets)
    {
        if (Offset != 0)
        {
            low = TLanes.AddIntegers(low, DotTile<TQuants, TLanes, TVector>.Start(Offset, offsets));
            high = TLanes.AddIntegers(
                high, DotTile<TQuants, TLanes, TVector>.Start(Offset, offsets + (4 * TTokens.Count)));
        }

        return UnitScales == 1
            ? TLanes.AddIntegers(sum, TLanes.MultiplyIntegers(TLanes.AddIntegers(low, high), scale[0]))
            : TLanes.AddIntegers(
                TLanes.AddIntegers(sum, TLanes.MultiplyIntegers(low, scale[0])),
                TLanes.MultiplyIntegers(high, scale[1]));
    }

    private static int Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => SuperBlockKernel<TQuants, TScales>.Offset;
    }

    // The tokens' parts of a block. Not inlined: the compiler would stop inlining in the loop above.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddBlock(TVector* dots, TVector* scales, byte* tile, float* totals, int stride)
    {
        var scale = tile + SuperBlockToken.ScaleOffset(TTokens.Count);
        var sums = tile + SuperBlockToken.SumsOffset(TTokens.Count, TScales.SubBlockColumns);
        for (var token = 0; token < TTokens.Count; token++, scale += 4, sums += 4, totals += stride)
        {
            var minimum = SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>.Minimum(
                scales, sums, TTokens.Count);
            SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>.AddBlock(
                dots[token], minimum, scales, TLanes.Broadcast(scale), totals);
        }
    }
}
