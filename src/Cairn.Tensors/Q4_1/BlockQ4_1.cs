using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// 20 bytes for 32 weights: w[i] = Scale · q[i] + Minimum. The low nibble of byte j is q[j], the high nibble q[j + 16].
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ4_1 : IScaledBlock<BlockQ4_1, IntegerLevels>
{
    public Half Scale;
    public Half Minimum;
    public NibbleArray Nibbles;

    public static GgmlType Type => GgmlType.Q4_1;

    public static IntegerLevels QuantLevels => new(0, 15);

    public static bool HasMinimum => true;

    public static void Set(ref BlockQ4_1 block, Half scale, Half minimum, ReadOnlySpan<byte> codes)
    {
        (block.Scale, block.Minimum) = (scale, minimum);
        block.Nibbles.Set(codes);
    }
}
