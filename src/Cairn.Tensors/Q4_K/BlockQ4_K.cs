using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>144 bytes for 256 weights of 4 bits in sub-blocks of 32: w[i] = d·s[i/32]·q[i] − m·t[i/32], s and t of 6 bits.</summary>
/// <remarks>
/// <code>
/// byte  0  f16 d
///       2  f16 m
///       4  12 bytes of s and t, <see cref="SixBitScales"/>
///      16  128 bytes of quants: byte 32c + l holds weight 64c + l in its low nibble, 64c + 32 + l in its high
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ4_K : ISuperBlock<BlockQ4_K>
{
    public Half Scale;
    public Half MinimumScale;
    public SixBitScales Scales;
    public Bytes128 Quants;

    public static GgmlType Type => GgmlType.Q4_K;

    public static int SubBlockSize => 32;

    public static int LowestQuant => 0;

    public static int HighestQuant => 15;

    public static int LowestScale => 0;

    public static int HighestScale => SixBitScales.Highest;

    public static int HighestMinimum => SixBitScales.Highest;

    public static float Step(in BlockQ4_K block, int subBlock) => (float)block.Scale * block.Scales.Scale(subBlock);

    public static float Minimum(in BlockQ4_K block, int subBlock) =>
        (float)block.MinimumScale * block.Scales.Minimum(subBlock);

    public static int Quant(in BlockQ4_K block, int i) => NibblePlanes.Get(block.Quants, i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(in BlockQ4_K block, int i) => NibblePlanes.Load(block.Quants, i);

    public static void Pack(ref BlockQ4_K block, ReadOnlySpan<sbyte> quants) => NibblePlanes.Pack(quants, block.Quants);

    public static void SetScales(
        ref BlockQ4_K block, Half scale, ReadOnlySpan<int> scales, Half minimumScale, ReadOnlySpan<int> minima)
    {
        (block.Scale, block.MinimumScale) = (scale, minimumScale);
        block.Scales.Set(scales, minima);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Half Scale, Half MinimumScale) GetScales(in BlockQ4_K block, Span<sbyte> scales, Span<byte> minima)
    {
        block.Scales.CopyTo(scales, minima);
        return (block.Scale, block.MinimumScale);
    }
}
