using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>Sixteen signed 8-bit scales, one for every 16 columns; the quants have an offset (Q3_K, Q6_K).</summary>
internal readonly unsafe struct SignedScaleWords : IScaleWords
{
    public static bool HasMinimums => false;

    public static int SubBlockColumns => 16;

    public static void Pack(SuperBlockIntegers* integers, byte* bytes) =>
        Unsafe.CopyBlockUnaligned(bytes, integers->Scales, IScaleWords.Bytes);

    public static int Scale(uint* words, int stride, int subBlock) => (sbyte)WordBytes.Byte(words, stride, subBlock);

    public static int Minimum(uint* words, int stride, int subBlock) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes, TVector>(byte* words, TVector* scales, TVector* minimums)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged
    {
        for (var i = 0; i < 4; i++)
        {
            WordBytes.Factors<TLanes, TVector>(TLanes.Load(words + (i * sizeof(TVector))), scales + (4 * i));
        }
    }
}
