using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Quants 0 to 63: a plane of nibbles, then one of the upper two bits.</summary>
internal readonly unsafe struct SixBits : IQuantPlanes
{
    public static int Bits => 6;

    public static int Bytes => (Plane.NibbleWords + Plane.CrumbWords) * sizeof(uint);

    public static bool IsSigned => false;

    public static int ChainLength => 4; // less the offset, 4 · 2 · 32 · 127 = 32,512

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words)
    {
        Plane.PackNibbles(groups, words);
        Plane.PackCrumbs(groups, 4, words + Plane.NibbleWords);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        Plane.Nibble(words, stride, column)
            | (Plane.Crumb(words + (Plane.NibbleWords * stride), stride, column) << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        Plane.AddCrumbs<TLanes, TVector>(
            Plane.Nibbles<TLanes, TVector>(words, pair), words + (Plane.NibbleWords * sizeof(TVector)), pair, 4);
}
