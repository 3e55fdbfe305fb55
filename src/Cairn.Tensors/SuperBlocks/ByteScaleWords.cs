using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Eight 6-bit scales and minimums, one of each for every 32 columns: in a byte each, first the scales (Q4_K, Q5_K).
/// </summary>
/// <remarks>The file packs them into twelve bytes; the four more a block save the kernels that work on every
/// product.</remarks>
internal readonly unsafe struct ByteScaleWords : IScaleWords
{
    private const int Count = 8;

    public static bool HasMinimums => true;

    public static int SubBlockColumns => 32;

    public static void Pack(SuperBlockIntegers* integers, byte* bytes)
    {
        Unsafe.CopyBlockUnaligned(bytes, integers->Scales, Count);
        Unsafe.CopyBlockUnaligned(bytes + Count, integers->Minimums, Count);
    }

    public static int Scale(uint* words, int stride, int subBlock) => WordBytes.Byte(words, stride, subBlock);

    public static int Minimum(uint* words, int stride, int subBlock) => WordBytes.Byte(words, stride, Count + subBlock);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes, TVector>(byte* words, TVector* scales, TVector* minimums)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        for (var i = 0; i < 2; i++)
        {
            WordBytes.Factors<TLanes, TVector>(TLanes.Load(words + (i * sizeof(TVector))), scales + (4 * i));
            WordBytes.Pairs<TLanes, TVector>(TLanes.Load(words + ((2 + i) * sizeof(TVector))), minimums + (2 * i));
        }
    }
}
