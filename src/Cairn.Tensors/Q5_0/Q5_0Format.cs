using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>5-bit weights, 32 a block, one f16 scale: w = d·(q − 16).</summary>
/// <remarks>Quantiser: d = (value of largest magnitude, signed) / −16, q = trunc(x / d + 16.5), at most 31.</remarks>
internal sealed unsafe class Q5_0Format : RoundedBlockFormat<BlockQ5_0>
{
    private const int Half = ScaledBlock.Size / 2;

    internal override KernelLadder Int8Ladder =>
        new BlockKernels<FiveBits, OffsetScales<FiveBits>>(this, BlockReaders.FiveBits);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in BlockQ5_0 block, Span<float> values)
    {
        for (var i = 0; i < ScaledBlock.Size; i++)
        {
            values[i] = (float)block.Scale * (block.Quants[i] - 16);
        }
    }

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, BlockQ5_0>(blocks))
        {
            var scale = (float)block.Scale;
            ByteVector.Store(block.Quants.Load(0).AsSByte() - Vector128.Create((sbyte)16), scale, values);
            ByteVector.Store(block.Quants.Load(1).AsSByte() - Vector128.Create((sbyte)16), scale, values[Half..]);
            values = values[ScaledBlock.Size..];
        }
    }
}
