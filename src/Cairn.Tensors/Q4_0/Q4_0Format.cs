using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>4-bit weights, 32 a block, one f16 scale: w = d·(q − 8).</summary>
/// <remarks>Quantiser: d = (value of largest magnitude, signed) / −8, q = trunc(x / d + 8.5), at most 15.</remarks>
internal sealed unsafe class Q4_0Format : RoundedBlockFormat<BlockQ4_0>
{
    private const int Half = ScaledBlock.Size / 2;

    internal override KernelLadder Int8Ladder =>
        new BlockKernels<FourBits, OffsetScales<FourBits>>(this, reader: null);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in BlockQ4_0 block, Span<float> values)
    {
        for (var i = 0; i < Half; i++)
        {
            values[i] = (float)block.Scale * ((block.Nibbles[i] & 0x0F) - 8);
            values[i + Half] = (float)block.Scale * ((block.Nibbles[i] >> 4) - 8);
        }
    }

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, BlockQ4_0>(blocks))
        {
            var scale = (float)block.Scale;
            var pairs = Vector128.LoadUnsafe(in block.Nibbles[0]);
            var low = (pairs & Vector128.Create((byte)0x0F)).AsSByte() - Vector128.Create((sbyte)8);
            var high = (pairs >> 4).AsSByte() - Vector128.Create((sbyte)8);
            ByteVector.Store(low, scale, values);
            ByteVector.Store(high, scale, values[Half..]);
            values = values[ScaledBlock.Size..];
        }
    }
}
