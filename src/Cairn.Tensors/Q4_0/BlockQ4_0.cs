using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// 18 bytes for 32 weights: w[i] = Scale · (q[i] − 8). The low nibble of byte j is q[j], the high nibble q[j + 16].
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct BlockQ4_0 : IScaledBlock<BlockQ4_0, IntegerLevels>
{
    public Half Scale;
    public NibbleArray Nibbles;

    public static GgmlType Type => GgmlType.Q4_0;

    public static IntegerLevels QuantLevels => new(-8, 7);

    public static bool HasMinimum => false;

    public static void Set(ref BlockQ4_0 block, Half scale, Half minimum, ReadOnlySpan<byte> codes)
    {
        block.Scale = scale;
        block.Nibbles.Set(codes);
    }
}
