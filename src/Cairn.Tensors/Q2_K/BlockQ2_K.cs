using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>84 bytes for 256 weights of 2 bits in sub-blocks of 16: w[i] = d·s[i/16]·q[i] − m·t[i/16], s and t of 4 bits.</summary>
/// <remarks>
/// <code>
/// byte  0  16 bytes, one a sub-block: s in the low nibble, t in the high
///      16  64 bytes of quants: byte 32h + l holds weights 128h + 32p + l in bits 2p and 2p + 1, p = 0 … 3
///      80  f16 d
///      82  f16 m
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ2_K : ISuperBlock<BlockQ2_K>
{
    public Bytes16 Scales;
    public Bytes64 Quants;
    public Half Scale;
    public Half MinimumScale;

    public static GgmlType Type => GgmlType.Q2_K;

    public static int SubBlockSize => 16;

    public static int LowestQuant => 0;

    public static int HighestQuant => 3;

    public static int LowestScale => 0;

    public static int HighestScale => 15;

    public static int HighestMinimum => 15;

    public static float Step(in BlockQ2_K block, int subBlock) => (float)block.Scale * (block.Scales[subBlock] & 0x0F);

    public static float Minimum(in BlockQ2_K block, int subBlock) =>
        (float)block.MinimumScale * (block.Scales[subBlock] >> 4);

    public static int Quant(in BlockQ2_K block, int i) => TwoBitPlanes.Get(block.Quants, i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(in BlockQ2_K block, int i) => TwoBitPlanes.Load(block.Quants, i);

    public static void Pack(ref BlockQ2_K block, ReadOnlySpan<sbyte> quants) => TwoBitPlanes.Pack(quants, block.Quants);

    public static void SetScales(
        ref BlockQ2_K block, Half scale, ReadOnlySpan<int> scales, Half minimumScale, ReadOnlySpan<int> minima)
    {
        (block.Scale, block.MinimumScale) = (scale, minimumScale);
        for (var j = 0; j < scales.Length; j++)
        {
            block.Scales[j] = (byte)(scales[j] | (minima[j] << 4));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Half Scale, Half MinimumScale) GetScales(in BlockQ2_K block, Span<sbyte> scales, Span<byte> minima)
    {
        var pairs = Vector128.LoadUnsafe(in block.Scales[0]);
        (pairs & Vector128.Create((byte)0x0F)).AsSByte().CopyTo(scales);
        (pairs >> 4).CopyTo(minima);
        return (block.Scale, block.MinimumScale);
    }
}
