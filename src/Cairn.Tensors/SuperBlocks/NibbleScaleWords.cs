using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Sixteen 4-bit scales and minimums, one of each for every 16 columns, together in a byte (Q2_K).</summary>
internal readonly unsafe struct NibbleScaleWords : IScaleWords
{
    public static bool HasMinimums => true;

    public static int SubBlockColumns => 16;

    public static void Pack(SuperBlockIntegers* integers, byte* bytes)
    {
        for (var i = 0; i < IScaleWords.Bytes; i++)
        {
            bytes[i] = (byte)((byte)integers->Scales[i] | (integers->Minimums[i] << 4));
        }
    }

    public static int Scale(uint* words, int stride, int subBlock) => WordBytes.Byte(words, stride, subBlock) & 0x0F;

    public static int Minimum(uint* words, int stride, int subBlock) => WordBytes.Byte(words, stride, subBlock) >> 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes, TVector>(byte* words, TVector* scales, TVector* minimums)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        var mask = TLanes.Fill(0x0F0F_0F0F);
        for (var i = 0; i < 4; i++)
        {
            var word = TLanes.Load(words + (i * sizeof(TVector)));
            WordBytes.Factors<TLanes, TVector>(TLanes.And(word, mask), scales + (4 * i));
            WordBytes.Pairs<TLanes, TVector>(TLanes.And(TLanes.ShiftRight(word, 4), mask), minimums + (2 * i));
        }
    }
}
