using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>bfloat16, the upper half of a single; a block is one value. Rounds to nearest even, keeps NaN quiet.</summary>
internal sealed class BF16Format : BlockFormat
{
    public override GgmlType Type => GgmlType.BF16;

    public override int BlockSize => 1;

    public override int BlockBytes => 2;

    public override float LargestValue => BitConverter.UInt32BitsToSingle(0x7F7F_0000);

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(blocks);
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var i = 0;
        for (; i + Vector<ushort>.Count <= halves.Length; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(in halves[i]), out var low, out var high);
            (low << 16).StoreUnsafe(ref bits[i]);
            (high << 16).StoreUnsafe(ref bits[i + Vector<uint>.Count]);
        }

        for (; i < halves.Length; i++)
        {
            bits[i] = (uint)halves[i] << 16;
        }
    }

    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(blocks);
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = Round(BitConverter.SingleToUInt32Bits(values[i]));
        }
    }

    private static ushort Round(uint bits)
    {
        var isNaN = (bits & 0x7FFF_FFFF) > 0x7F80_0000;
        return isNaN
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
