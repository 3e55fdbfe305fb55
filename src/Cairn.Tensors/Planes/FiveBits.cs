using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Quants 0 to 31: a plane of nibbles, then one of the fifth bit.</summary>
internal readonly unsafe struct FiveBits : IQuantPlanes
{
    public static int Bits => 5;

    public static int Bytes => (Plane.NibbleWords + Plane.BitWords) * sizeof(uint);

    public static bool IsSigned => false;

    public static int ChainLength => 4; // 4 · 2 · 31 · 127 = 31,496

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words)
    {
        Plane.PackNibbles(groups, words);
        Plane.PackBits(groups, 4, words + Plane.NibbleWords);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        Plane.Nibble(words, stride, column) | (Plane.Bit(words + (Plane.NibbleWords * stride), column) << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        Plane.AddBits<TLanes, TVector>(
            Plane.Nibbles<TLanes, TVector>(words, pair), words + (Plane.NibbleWords * sizeof(TVector)), pair, 4);
}
