using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Quants 0 to 3 in one plane of two bits.</summary>
internal readonly unsafe struct TwoBits : IQuantPlanes
{
    public static int Bits => 2;

    public static int Bytes => Plane.CrumbWords * sizeof(uint);

    public static bool IsSigned => false;

    public static int ChainLength => 8; // 8 · 2 · 3 · 127 = 6,096

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words) => Plane.PackCrumbs(groups, 0, words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        Plane.Crumb(words, stride, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        Plane.Crumbs<TLanes, TVector>(words, pair);
}
