using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>210 bytes for 256 weights of 6 bits in sub-blocks of 16: w[i] = d·s[i/16]·q[i], s of 8 bits with sign, q of 6 bits less 32.</summary>
/// <remarks>
/// <code>
/// byte  0  128 bytes of lower bits: byte 64h + l holds weight 128h + l in its low nibble, 128h + 64 + l in its high, l = 0 … 63
///     128  64 bytes of upper bits: byte 32h + l holds weights 128h + 32p + l in bits 2p and 2p + 1, p = 0 … 3
///     192  16 signed bytes s
///     208  f16 d
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ6_K : ISuperBlock<BlockQ6_K>
{
    private const int Zero = 32;

    public Bytes128 LowBits;
    public Bytes64 HighBits;
    public ScaleArray Scales;
    public Half Scale;

    public static GgmlType Type => GgmlType.Q6_K;

    public static int SubBlockSize => 16;

    public static int LowestQuant => -32;

    public static int HighestQuant => 31;

    public static int LowestScale => sbyte.MinValue;

    public static int HighestScale => sbyte.MaxValue;

    public static int HighestMinimum => 0;

    public static float Step(in BlockQ6_K block, int subBlock) => (float)block.Scale * block.Scales[subBlock];

    public static float Minimum(in BlockQ6_K block, int subBlock) => 0;

    public static int Quant(in BlockQ6_K block, int i)
    {
        var low = (block.LowBits[(i / 128 * 64) + (i % 64)] >> (i % 128 / 64 * 4)) & 0x0F;
        return (low | (TwoBitPlanes.Get(block.HighBits, i) << 4)) - Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(in BlockQ6_K block, int i)
    {
        var pairs = Vector128.LoadUnsafe(in block.LowBits[(i / 128 * 64) + (i % 64)]);
        var low = (pairs >> (i % 128 / 64 * 4)) & Vector128.Create((byte)0x0F);
        return low | (TwoBitPlanes.Load(block.HighBits, i) << 4);
    }

    public static void Pack(ref BlockQ6_K block, ReadOnlySpan<sbyte> quants)
    {
        Span<sbyte> high = stackalloc sbyte[SuperBlock.Size];
        for (var i = 0; i < high.Length; i++)
        {
            high[i] = (sbyte)((quants[i] + Zero) >> 4);
        }

        TwoBitPlanes.Pack(high, block.HighBits);
        for (var at = 0; at < 128; at++)
        {
            var first = (at / 64 * 128) + (at % 64);
            block.LowBits[at] = (byte)((quants[first] & 0x0F) | (quants[first + 64] << 4));
        }
    }

    public static void SetScales(
        ref BlockQ6_K block, Half scale, ReadOnlySpan<int> scales, Half minimumScale, ReadOnlySpan<int> minima)
    {
        block.Scale = scale;
        for (var j = 0; j < scales.Length; j++)
        {
            block.Scales[j] = (sbyte)scales[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Half Scale, Half MinimumScale) GetScales(in BlockQ6_K block, Span<sbyte> scales, Span<byte> minima)
    {
        Vector128.LoadUnsafe(in block.Scales[0]).CopyTo(scales);
        minima.Clear();
        return (block.Scale, Half.Zero);
    }

    [InlineArray(16)]
    internal struct ScaleArray
    {
        private sbyte _first;
    }
}
