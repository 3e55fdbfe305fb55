using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Quants 0 to 7: a plane of two bits, then one of the third.</summary>
internal readonly unsafe struct ThreeBits : IQuantPlanes
{
    public static int Bits => 3;

    public static int Bytes => (Plane.CrumbWords + Plane.BitWords) * sizeof(uint);

    public static bool IsSigned => false;

    public static int ChainLength => 8; // 8 · 2 · 7 · 127 = 14,224

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words)
    {
        Plane.PackCrumbs(groups, 0, words);
        Plane.PackBits(groups, 2, words + Plane.CrumbWords);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        Plane.Crumb(words, stride, column) | (Plane.Bit(words + (Plane.CrumbWords * stride), column) << 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        Plane.AddBits<TLanes, TVector>(
            Plane.Crumbs<TLanes, TVector>(words, pair), words + (Plane.CrumbWords * sizeof(TVector)), pair, 2);
}
