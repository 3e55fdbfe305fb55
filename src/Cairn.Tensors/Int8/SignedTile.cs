using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>The inner loop of <see cref="Int8Tile{TQuants, TLanes, TVector}"/> for signed quants.</summary>
/// <remarks>
/// The byte multiply wants one unsigned factor, so quants are unpacked into magnitudes and signs, −1 or 0, and the
/// signs flip the bits of the activations: a ^ −1 = −a − 1. So Σ q·a = Σ |q|·(a ^ sign) + Σ |q| over the negative
/// quants; the last sum is the same for all tokens, and one exclusive or a token is all that signs cost. Both factors of
/// two products reach 128, and −128 · 128 · 2 still fits into 16 bits.
/// </remarks>
internal static unsafe class SignedTile<TLanes, TVector>
    where TLanes : IIntegerLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Groups that <see cref="Add"/> takes.</summary>
    public const int Groups = 4;

    private const int BlockGroups = BlockToken.Columns / 4;
    private const int GroupBytes = 4 * Int8Activations.TileTokens;

    /// <summary>Bytes of a group of unpacked quants: the magnitudes of both panels, then their signs.</summary>
    public static int GroupQuants
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * SignOffset;
    }

    private static int SignOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Int8Kernel.TilePanels * sizeof(TVector);
    }

    /// <summary>Writes the magnitudes and signs of a group of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TVector group, byte* quants)
    {
        TLanes.Store(TLanes.Magnitude(group), quants);
        TLanes.Store(TLanes.Signs(group), quants + SignOffset);
    }

    /// <summary>Σ |q| over the negative quants of an unpacked block of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SignSums(byte* quants)
    {
        TVector sums = default;
        for (var group = 0; group < BlockGroups; group++, quants += GroupQuants)
        {
            sums = TLanes.AddWords(sums, TLanes.MultiplyBytes(TLanes.Load(quants), TLanes.Load(quants + SignOffset)));
        }

        return TLanes.MultiplyWords(sums, TLanes.Fill(-1)); // a pair of −1: the signs made every product negative
    }

    /// <summary>s[p, t] += Σ |q[p]|·(a[t] ^ sign[p]) over four groups, for panels p = 0, 1 and tokens t = 0 … 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(byte* quants, byte* a, TVector ones, ref TileSums<TVector> sums)
    {
        AddGroup(quants, a, ones, ref sums);
        AddGroup(quants + GroupQuants, a + GroupBytes, ones, ref sums);
        AddGroup(quants + (2 * GroupQuants), a + (2 * GroupBytes), ones, ref sums);
        AddGroup(quants + (3 * GroupQuants), a + (3 * GroupBytes), ones, ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddGroup(byte* quants, byte* a, TVector ones, ref TileSums<TVector> sums)
    {
        var w0 = TLanes.Load(quants);
        var w1 = TLanes.Load(quants + sizeof(TVector));
        var sign0 = TLanes.Load(quants + SignOffset);
        var sign1 = TLanes.Load(quants + SignOffset + sizeof(TVector));
        AddToken(w0, w1, sign0, sign1, a, ones, ref sums.S00, ref sums.S10);
        AddToken(w0, w1, sign0, sign1, a + 4, ones, ref sums.S01, ref sums.S11);
        AddToken(w0, w1, sign0, sign1, a + 8, ones, ref sums.S02, ref sums.S12);
        AddToken(w0, w1, sign0, sign1, a + 12, ones, ref sums.S03, ref sums.S13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToken(
        TVector w0, TVector w1, TVector sign0, TVector sign1, byte* a, TVector ones, ref TVector s0, ref TVector s1)
    {
        var x = TLanes.Broadcast(a);
        var p0 = TLanes.MultiplyBytes(w0, TLanes.Xor(x, sign0));
        var p1 = TLanes.MultiplyBytes(w1, TLanes.Xor(x, sign1));
        s0 = TLanes.AddIntegers(s0, TLanes.MultiplyWords(p0, ones));
        s1 = TLanes.AddIntegers(s1, TLanes.MultiplyWords(p1, ones));
    }
}
