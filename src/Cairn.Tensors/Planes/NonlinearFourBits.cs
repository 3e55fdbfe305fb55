using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>Indices 0 to 15 into the table of <see cref="BlockIQ4_NL.Levels"/>, in one plane of nibbles.</summary>
internal readonly unsafe struct NonlinearFourBits : IQuantPlanes
{
    public static int Bits => 4;

    public static int Bytes => Plane.NibbleWords * sizeof(uint);

    public static bool IsSigned => true;

    public static int ChainLength => 1; // 2 · 127 · 127 = 32,258

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words) => Plane.PackNibbles(groups, words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        BlockIQ4_NL.Levels[Plane.Nibble(words, stride, column)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        // The levels are constant data, which no collection moves.
        var table = TLanes.Repeat((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(BlockIQ4_NL.Levels)));
        var (low, high) = Plane.Nibbles<TLanes, TVector>(words, pair);
        return (TLanes.Lookup(table, low), TLanes.Lookup(table, high));
    }
}
