using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Signed quants −128 to 127, one a byte.</summary>
internal readonly unsafe struct EightBits : IQuantPlanes
{
    public static int Bits => 8;

    public static int Bytes => 8 * sizeof(uint);

    public static bool IsSigned => true;

    public static int ChainLength => 1; // 2 · 128 · 127 = 32,512

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(uint* groups, uint* words) => Unsafe.CopyBlockUnaligned(words, groups, (uint)Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Unpack(uint* words, int stride, int column) =>
        (sbyte)(words[column / 4 * stride] >> (column % 4 * 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged =>
        (TLanes.Load(words + (pair * sizeof(TVector))), TLanes.Load(words + ((pair + 4) * sizeof(TVector))));
}
