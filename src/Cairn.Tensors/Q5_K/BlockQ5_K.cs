using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>176 bytes for 256 weights of 5 bits in sub-blocks of 32: w[i] = d·s[i/32]·q[i] − m·t[i/32], s and t of 6 bits.</summary>
/// <remarks>
/// <code>
/// byte  0  f16 d
///       2  f16 m
///       4  12 bytes of s and t, <see cref="SixBitScales"/>
///      16  32 bytes of fifth bits: byte l holds those of weights 32p + l in bit p, p = 0 … 7
///      48  128 bytes of lower bits: byte 32c + l holds weight 64c + l in its low nibble, 64c + 32 + l in its high
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ5_K : ISuperBlock<BlockQ5_K>
{
    public Half Scale;
    public Half MinimumScale;
    public SixBitScales Scales;
    public Bytes32 HighBits;
    public Bytes128 LowBits;

    public static GgmlType Type => GgmlType.Q5_K;

    public static int SubBlockSize => 32;

    public static int LowestQuant => 0;

    public static int HighestQuant => 31;

    public static int LowestScale => 0;

    public static int HighestScale => SixBitScales.Highest;

    public static int HighestMinimum => SixBitScales.Highest;

    public static float Step(in BlockQ5_K block, int subBlock) => (float)block.Scale * block.Scales.Scale(subBlock);

    public static float Minimum(in BlockQ5_K block, int subBlock) =>
        (float)block.MinimumScale * block.Scales.Minimum(subBlock);

    public static int Quant(in BlockQ5_K block, int i) =>
        NibblePlanes.Get(block.LowBits, i) | (BitPlanes.Get(block.HighBits, i) << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(in BlockQ5_K block, int i) =>
        NibblePlanes.Load(block.LowBits, i) | (BitPlanes.Load(block.HighBits, i) << 4);

    public static void Pack(ref BlockQ5_K block, ReadOnlySpan<sbyte> quants)
    {
        NibblePlanes.Pack(quants, block.LowBits);
        BitPlanes.Pack(quants, 4, block.HighBits);
    }

    public static void SetScales(
        ref BlockQ5_K block, Half scale, ReadOnlySpan<int> scales, Half minimumScale, ReadOnlySpan<int> minima)
    {
        (block.Scale, block.MinimumScale) = (scale, minimumScale);
        block.Scales.Set(scales, minima);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Half Scale, Half MinimumScale) GetScales(in BlockQ5_K block, Span<sbyte> scales, Span<byte> minima)
    {
        block.Scales.CopyTo(scales, minima);
        return (block.Scale, block.MinimumScale);
    }
}
