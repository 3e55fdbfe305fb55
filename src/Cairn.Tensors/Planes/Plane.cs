using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Planes of one, two or four bits of a quant: the parts that the formats are made of.</summary>
/// <remarks>
/// A word of bits holds all eight groups, group g at bit g of every byte. A word of two bits holds two pairs of groups:
/// word w has groups 2w, 2w + 4, 2w + 1, 2w + 5 from the lowest bits. A word of nibbles holds pair p: group p low,
/// group p + 4 high.
/// </remarks>
internal static unsafe class Plane
{
    /// <summary>Words of 32 columns of nibbles.</summary>
    public const int NibbleWords = 4;

    /// <summary>Words of 32 columns of two bits.</summary>
    public const int CrumbWords = 2;

    /// <summary>Words of 32 columns of bits.</summary>
    public const int BitWords = 1;

    /// <summary>Writes the low four bits of every quant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PackNibbles(uint* groups, uint* words) => Pairs(groups, 0, 4, 0x0F0F_0F0F).Store(words);

    /// <summary>Writes bits <paramref name="shift"/> and above of every quant: two of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PackCrumbs(uint* groups, int shift, uint* words)
    {
        // Of every two pairs the second goes four bits up into the word of the first.
        var pairs = Pairs(groups, shift, 2, 0x0303_0303).AsUInt64();
        var both = (pairs | (pairs >> 28)).AsUInt32();
        Vector128.Shuffle(both, Vector128.Create(0u, 2, 2, 2)).GetLower().Store(words);
    }

    /// <summary>Writes bit <paramref name="shift"/> of every quant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PackBits(uint* groups, int shift, uint* words) =>
        *words = Vector128.Sum(Pairs(groups, shift, 4, 0x0101_0101) * Vector128.Create(1u, 2, 4, 8)); // no bit meets another

    /// <summary>One column's four bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nibble(uint* words, int stride, int column)
    {
        var group = column / 4;
        return Field(words[group % 4 * stride], column, group / 4 * 4, 0x0F);
    }

    /// <summary>One column's two bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Crumb(uint* words, int stride, int column)
    {
        var group = column / 4;
        var pair = group % 4;
        return Field(words[pair / 2 * stride], column, (4 * (pair % 2)) + (2 * (group / 4)), 0x03);
    }

    /// <summary>One column's bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bit(uint* words, int column) => Field(*words, column, column / 4, 0x01);

    /// <summary>The nibbles of a pair of groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Nibbles<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var both = TLanes.Load(words + (pair * sizeof(TVector)));
        return (Select<TLanes, TVector>(both, 0, 0, 0x0F), Select<TLanes, TVector>(both, 4, 0, 0x0F));
    }

    /// <summary>Two bits of a pair of groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Crumbs<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var four = TLanes.Load(words + (pair / 2 * sizeof(TVector)));
        return (
            Select<TLanes, TVector>(four, 4 * (pair % 2), 0, 0x03),
            Select<TLanes, TVector>(four, (4 * (pair % 2)) + 2, 0, 0x03));
    }

    /// <summary>Adds two bits above the <paramref name="shift"/> low ones of a pair of groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) AddCrumbs<TLanes, TVector>(
        (TVector Low, TVector High) pairs, byte* words, int pair, int shift)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var four = TLanes.Load(words + (pair / 2 * sizeof(TVector)));
        return (
            Join<TLanes, TVector>(pairs.Low, four, 4 * (pair % 2), shift, 0x03),
            Join<TLanes, TVector>(pairs.High, four, (4 * (pair % 2)) + 2, shift, 0x03));
    }

    /// <summary>Adds a bit above the <paramref name="shift"/> low ones of a pair of groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) AddBits<TLanes, TVector>(
        (TVector Low, TVector High) pairs, byte* words, int pair, int shift)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var eight = TLanes.Load(words);
        return (
            Join<TLanes, TVector>(pairs.Low, eight, pair, shift, 0x01),
            Join<TLanes, TVector>(pairs.High, eight, pair + 4, shift, 0x01));
    }

    // A masked field of groups 0 to 3, with that of groups 4 to 7 above it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Pairs(uint* groups, int from, int bits, uint mask)
    {
        var low = (Vector128.Load(groups) >> from) & Vector128.Create(mask);
        var high = (Vector128.Load(groups + 4) >> from) & Vector128.Create(mask);
        return low | (high << bits);
    }

    // The field at bit `from` of every byte, moved to bit `to`. Both are constants of the caller, and not variables:
    // only then do the shifts become instructions with a constant.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Select<TLanes, TVector>(TVector value, int from, int to, byte mask)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.And(Move<TLanes, TVector>(value, from, to), TLanes.Fill((mask << to) * 0x0101_0101));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Join<TLanes, TVector>(TVector low, TVector value, int from, int to, byte mask)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        TLanes.OrMasked(low, Move<TLanes, TVector>(value, from, to), TLanes.Fill((mask << to) * 0x0101_0101));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Move<TLanes, TVector>(TVector value, int from, int to)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        from > to ? TLanes.ShiftRight(value, from - to)
        : from < to ? TLanes.ShiftLeft(value, to - from)
        : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Field(uint word, int column, int from, int mask) =>
        (int)(word >> ((column % 4 * 8) + from)) & mask;
}
