using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>5-bit weights, 32 a block, f16 scale and minimum: w = d·q + m.</summary>
/// <remarks>Quantiser: m = min x, d = (max x − min x) / 31, q = trunc((x − m) / d + 0.5), at most 31.</remarks>
internal sealed unsafe class Q5_1Format : RoundedBlockFormat<BlockQ5_1>
{
    private const int Half = ScaledBlock.Size / 2;

    internal override KernelLadder Int8Ladder =>
        new BlockKernels<FiveBits, AffineScales>(this, BlockReaders.FiveBits);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in BlockQ5_1 block, Span<float> values)
    {
        for (var i = 0; i < ScaledBlock.Size; i++)
        {
            values[i] = ((float)block.Scale * block.Quants[i]) + (float)block.Minimum;
        }
    }

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, BlockQ5_1>(blocks))
        {
            var scale = (float)block.Scale;
            var minimum = (float)block.Minimum;
            ByteVector.Store(block.Quants.Load(0).AsSByte(), scale, minimum, values);
            ByteVector.Store(block.Quants.Load(1).AsSByte(), scale, minimum, values[Half..]);
            values = values[ScaledBlock.Size..];
        }
    }
}
