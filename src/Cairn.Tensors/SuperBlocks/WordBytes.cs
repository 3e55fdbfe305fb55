using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>Bytes of words, and their expansion to 16-bit integers.</summary>
internal static unsafe class WordBytes
{
    // Constant data of the program.
    private static ReadOnlySpan<byte> RowOffsets => [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12];

    /// <summary>Byte <paramref name="index"/> of a row's words.</summary>
    public static byte Byte(uint* words, int stride, int index) =>
        (byte)(words[index / 4 * stride] >> (index % 4 * 8));

    /// <summary>
    /// The four bytes of a word, a vector each: twice in a lane, to be multiplied with sums of 16 bits, or once, with
    /// sums of 32 bits, where the lanes have those.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Factors<TLanes, TVector>(TVector words, TVector* target)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        target[0] = Factor<TLanes, TVector>(words, 0);
        target[1] = Factor<TLanes, TVector>(words, 1);
        target[2] = Factor<TLanes, TVector>(words, 2);
        target[3] = Factor<TLanes, TVector>(words, 3);
    }

    /// <summary>The first two bytes of a word, then the others: two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pairs<TLanes, TVector>(TVector words, TVector* target)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        target[0] = Expand<TLanes, TVector>(words, 0, 1);
        target[1] = Expand<TLanes, TVector>(words, 2, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Factor<TLanes, TVector>(TVector words, int index)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var twice = Expand<TLanes, TVector>(words, index, index);
        return TLanes.HasDots ? TLanes.MultiplyWords(twice, TLanes.Fill(1)) : twice;
    }

    // Two bytes of every word as signed 16-bit integers: moved to the upper halves, then down with their signs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Expand<TLanes, TVector>(TVector words, int first, int second)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        const int Zeros = unchecked((int)0x0080_0080);
        var rows = TLanes.Repeat((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(RowOffsets))); // never moved
        var index = TLanes.Or(rows, TLanes.Fill(Zeros | (first << 8) | (second << 24)));
        return TLanes.ShiftRightSigned(TLanes.Lookup(words, index), 8);
    }
}
