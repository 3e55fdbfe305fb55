using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>22 bytes for 32 weights: w[i] = Scale · (Quants[i] − 16).</summary>
/// <remarks>
/// <code>
/// byte  0  f16 Scale
///       2  fifth bits, bit i of weight i
///       6  16 bytes of nibbles: low of byte j weight j, high weight j + 16
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ5_0 : IScaledBlock<BlockQ5_0, IntegerLevels>
{
    public Half Scale;
    public FiveBitArray Quants;

    public static GgmlType Type => GgmlType.Q5_0;

    public static IntegerLevels QuantLevels => new(-16, 15);

    public static bool HasMinimum => false;

    public static void Set(ref BlockQ5_0 block, Half scale, Half minimum, ReadOnlySpan<byte> codes)
    {
        block.Scale = scale;
        block.Quants.Set(codes);
    }
}
