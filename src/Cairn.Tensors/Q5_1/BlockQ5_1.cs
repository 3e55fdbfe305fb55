using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>24 bytes for 32 weights: w[i] = Scale · Quants[i] + Minimum.</summary>
/// <remarks>
/// <code>
/// byte  0  f16 Scale
///       2  f16 Minimum
///       4  fifth bits, bit i of weight i
///       8  16 bytes of nibbles: low of byte j weight j, high weight j + 16
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ5_1 : IScaledBlock<BlockQ5_1, IntegerLevels>
{
    public Half Scale;
    public Half Minimum;
    public FiveBitArray Quants;

    public static GgmlType Type => GgmlType.Q5_1;

    public static IntegerLevels QuantLevels => new(0, 31);

    public static bool HasMinimum => true;

    public static void Set(ref BlockQ5_1 block, Half scale, Half minimum, ReadOnlySpan<byte> codes)
    {
        (block.Scale, block.Minimum) = (scale, minimum);
        block.Quants.Set(codes);
    }
}
