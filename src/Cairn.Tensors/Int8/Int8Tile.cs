using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// The inner loop of all products with 8-bit activations: two vectors of unpacked quants, a panel each (they alternate
/// in memory), times four tokens. Two by four because six loads then feed eight multiplies, and eight sums still fit
/// into 16 registers.
/// </summary>
internal static unsafe class Int8Tile<TQuants, TLanes, TVector>
    where TQuants : IQuantPlanes
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Bytes from one group of four columns to the next in a tile of tokens.</summary>
    public const int GroupBytes = 4 * Int8Activations.TileTokens;

    /// <summary>Whether quants are unpacked into magnitudes and signs, for <see cref="SignedTile{TLanes, TVector}"/>.</summary>
    public static bool HasSigns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TQuants.IsSigned && !TLanes.HasDots;
    }

    /// <summary>Bytes of a group of unpacked quants.</summary>
    public static int GroupQuants
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => HasSigns ? SignedTile<TLanes, TVector>.GroupQuants : Int8Kernel.TilePanels * sizeof(TVector);
    }

    /// <summary>s[p, t] += scale[p] · Σ q[p]·a[t] over some groups, for panels p = 0, 1 and tokens t = 0 … 3.</summary>
    /// <remarks>
    /// <paramref name="groups"/> is a constant of the caller: 2, 4 or 8, at most <see
    /// cref="IQuantPlanes.ChainLength"/>, as they are summed in 16 bits; signed quants, of which a single group fills
    /// those, take <see cref="SignedTile{TLanes, TVector}"/>. Sums of 16 bits start with
    /// <paramref name="offset"/> times the numbers at <paramref name="offsets"/>, a pair for each token, or with 0
    /// where the offset is 0. Scales are 16-bit integers, twice in every lane; the sums have 32 bits.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(
        int groups,
        byte* quants,
        byte* a,
        int offset,
        byte* offsets,
        TVector scale0,
        TVector scale1,
        ref TileSums<TVector> sums)
    {
        TileSums<TVector> products;
        products.S00 = products.S10 = Start(offset, offsets);
        products.S01 = products.S11 = Start(offset, offsets + 4);
        products.S02 = products.S12 = Start(offset, offsets + 8);
        products.S03 = products.S13 = Start(offset, offsets + 12);
        AddGroups(quants, a, 0, ref products);
        if (groups > 2)
        {
            AddGroups(quants, a, 2, ref products);
        }

        if (groups > 4)
        {
            AddGroups(quants, a, 4, ref products);
            AddGroups(quants, a, 6, ref products);
        }

        sums.S00 = TLanes.AddIntegers(sums.S00, TLanes.MultiplyWords(products.S00, scale0));
        sums.S01 = TLanes.AddIntegers(sums.S01, TLanes.MultiplyWords(products.S01, scale0));
        sums.S02 = TLanes.AddIntegers(sums.S02, TLanes.MultiplyWords(products.S02, scale0));
        sums.S03 = TLanes.AddIntegers(sums.S03, TLanes.MultiplyWords(products.S03, scale0));
        sums.S10 = TLanes.AddIntegers(sums.S10, TLanes.MultiplyWords(products.S10, scale1));
        sums.S11 = TLanes.AddIntegers(sums.S11, TLanes.MultiplyWords(products.S11, scale1));
        sums.S12 = TLanes.AddIntegers(sums.S12, TLanes.MultiplyWords(products.S12, scale1));
        sums.S13 = TLanes.AddIntegers(sums.S13, TLanes.MultiplyWords(products.S13, scale1));
    }

    /// <summary>What a 16-bit sum of products starts with.</summary>
    /// <param name="offset">Offset of the quants: 0 or a power of two, a constant of the caller.</param>
    /// <param name="offsets">A token's number for an offset of 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Start(int offset, byte* offsets) =>
        offset switch
        {
            0 => default,
            4 => TLanes.ShiftLeft(TLanes.Broadcast(offsets), 2),
            32 => TLanes.ShiftLeft(TLanes.Broadcast(offsets), 5),
            _ => throw new ArgumentOutOfRangeException(nameof(offset)),
        };

    // Two groups for both panels and all tokens.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddGroups(byte* quants, byte* a, int group, ref TileSums<TVector> products)
    {
        quants += group * GroupQuants;
        a += group * GroupBytes;
        var w0 = TLanes.Load(quants);
        var w1 = TLanes.Load(quants + sizeof(TVector));
        var v0 = TLanes.Load(quants + GroupQuants);
        var v1 = TLanes.Load(quants + GroupQuants + sizeof(TVector));
        AddToken(w0, w1, v0, v1, a, ref products.S00, ref products.S10);
        AddToken(w0, w1, v0, v1, a + 4, ref products.S01, ref products.S11);
        AddToken(w0, w1, v0, v1, a + 8, ref products.S02, ref products.S12);
        AddToken(w0, w1, v0, v1, a + 12, ref products.S03, ref products.S13);
    }

    // The products are added in pairs first: two dependent additions in a row cost more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToken(
        TVector w0, TVector w1, TVector v0, TVector v1, byte* a, ref TVector p0, ref TVector p1)
    {
        var x = TLanes.Broadcast(a);
        var y = TLanes.Broadcast(a + GroupBytes);
        p0 = TLanes.AddWords(p0, TLanes.AddWords(TLanes.MultiplyBytes(w0, x), TLanes.MultiplyBytes(v0, y)));
        p1 = TLanes.AddWords(p1, TLanes.AddWords(TLanes.MultiplyBytes(w1, x), TLanes.MultiplyBytes(v1, y)));
    }

    /// <summary>Unpacks 32 columns of one panel of a tile.</summary>
    /// <param name="words">The panel's words of these columns.</param>
    /// <param name="quants">Receives eight groups, <see cref="GroupQuants"/> apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(byte* words, byte* quants)
    {
        UnpackPair(words, 0, quants);
        UnpackPair(words, 1, quants);
        UnpackPair(words, 2, quants);
        UnpackPair(words, 3, quants);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UnpackPair(byte* words, int pair, byte* quants)
    {
        var (low, high) = TQuants.Unpack<TLanes, TVector>(words, pair);
        Store(low, quants + (pair * GroupQuants));
        Store(high, quants + ((pair + 4) * GroupQuants));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector group, byte* quants)
    {
        if (HasSigns)
        {
            SignedTile<TLanes, TVector>.Store(group, quants);
        }
        else
        {
            TLanes.Store(DotTile<TQuants, TLanes, TVector>.Biased(group), quants);
        }
    }
}
