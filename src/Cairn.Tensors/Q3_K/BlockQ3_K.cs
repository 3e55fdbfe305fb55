using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>110 bytes for 256 weights of 3 bits in sub-blocks of 16: w[i] = d·s[i/16]·q[i], s of 6 bits less 32, q of 3 bits less 4.</summary>
/// <remarks>
/// <code>
/// byte  0  32 bytes of third bits: byte l holds those of weights 32p + l in bit p, p = 0 … 7
///      32  64 bytes of lower bits: byte 32h + l holds weights 128h + 32p + l in bits 2p and 2p + 1, p = 0 … 3
///      96  12 bytes of scales: byte j holds the low nibbles of s[j] (low) and s[j + 8] (high), j = 0 … 7;
///          byte 8 + j the upper two bits of s[j], s[j + 4], s[j + 8], s[j + 12] from bit 0, 2, 4, 6 on, j = 0 … 3
///     108  f16 d
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ3_K : ISuperBlock<BlockQ3_K>
{
    public Bytes32 HighBits;
    public Bytes64 LowBits;
    public Bytes12 Scales;
    public Half Scale;

    public static GgmlType Type => GgmlType.Q3_K;

    public static int SubBlockSize => 16;

    public static int LowestQuant => -4;

    public static int HighestQuant => 3;

    public static int LowestScale => -32;

    public static int HighestScale => 31;

    public static int HighestMinimum => 0;

    public static float Step(in BlockQ3_K block, int subBlock) => (float)block.Scale * SubBlockScale(block, subBlock);

    public static float Minimum(in BlockQ3_K block, int subBlock) => 0;

    public static int Quant(in BlockQ3_K block, int i) =>
        (TwoBitPlanes.Get(block.LowBits, i) | (BitPlanes.Get(block.HighBits, i) << 2)) - 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(in BlockQ3_K block, int i) =>
        TwoBitPlanes.Load(block.LowBits, i) | (BitPlanes.Load(block.HighBits, i) << 2);

    public static void Pack(ref BlockQ3_K block, ReadOnlySpan<sbyte> quants)
    {
        Span<sbyte> unsigned = stackalloc sbyte[SuperBlock.Size];
        TensorPrimitives.Add(quants, (sbyte)4, unsigned);
        TwoBitPlanes.Pack(unsigned, block.LowBits);
        BitPlanes.Pack(unsigned, 2, block.HighBits);
    }

    public static void SetScales(
        ref BlockQ3_K block, Half scale, ReadOnlySpan<int> scales, Half minimumScale, ReadOnlySpan<int> minima)
    {
        block.Scale = scale;
        for (var j = 0; j < 8; j++)
        {
            block.Scales[j] = (byte)(((scales[j] + 32) & 0x0F) | ((scales[j + 8] + 32) << 4));
        }

        for (var j = 0; j < 4; j++)
        {
            var bits = 0;
            for (var k = 0; k < 4; k++)
            {
                bits |= (scales[j + (4 * k)] + 32) >> 4 << (2 * k);
            }

            block.Scales[8 + j] = (byte)bits;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Half Scale, Half MinimumScale) GetScales(in BlockQ3_K block, Span<sbyte> scales, Span<byte> minima)
    {
        for (var j = 0; j < scales.Length; j++)
        {
            scales[j] = (sbyte)SubBlockScale(block, j);
        }

        minima.Clear();
        return (block.Scale, Half.Zero);
    }

    private static int SubBlockScale(in BlockQ3_K block, int subBlock)
    {
        var low = subBlock < 8 ? block.Scales[subBlock] & 0x0F : block.Scales[subBlock - 8] >> 4;
        var high = (block.Scales[8 + (subBlock % 4)] >> (subBlock / 4 * 2)) & 3;
        return (low | (high << 4)) - 32;
    }
}
