using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>4-bit weights, 32 a block, f16 scale and minimum: w = d·q + m.</summary>
/// <remarks>Quantiser: m = min x, d = (max x − min x) / 15, q = trunc((x − m) / d + 0.5), at most 15.</remarks>
internal sealed unsafe class Q4_1Format : RoundedBlockFormat<BlockQ4_1>
{
    private const int Half = ScaledBlock.Size / 2;

    internal override KernelLadder Int8Ladder =>
        new BlockKernels<FourBits, AffineScales>(this, reader: null);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in BlockQ4_1 block, Span<float> values)
    {
        for (var i = 0; i < Half; i++)
        {
            values[i] = ((float)block.Scale * (block.Nibbles[i] & 0x0F)) + (float)block.Minimum;
            values[i + Half] = ((float)block.Scale * (block.Nibbles[i] >> 4)) + (float)block.Minimum;
        }
    }

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, BlockQ4_1>(blocks))
        {
            var scale = (float)block.Scale;
            var minimum = (float)block.Minimum;
            var pairs = Vector128.LoadUnsafe(in block.Nibbles[0]);
            ByteVector.Store((pairs & Vector128.Create((byte)0x0F)).AsSByte(), scale, minimum, values);
            ByteVector.Store((pairs >> 4).AsSByte(), scale, minimum, values[Half..]);
            values = values[ScaledBlock.Size..];
        }
    }
}
