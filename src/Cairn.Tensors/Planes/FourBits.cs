using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Quants 0 to 15 in one plane of nibbles.</summary>
internal readonly unsafe struct FourBits : IQuantPlanes
{
    public static int Bits => 4;

    public static int Bytes => Plane.NibbleWords * sizeof(uint);

    public static bool IsSigned => false;

    public static int ChainLength => 8; // 8 · 2 · 15 · 127 = 30,480

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words) => Plane.PackNibbles(groups, words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        Plane.Nibble(words, stride, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        Plane.Nibbles<TLanes, TVector>(words, pair);
}
