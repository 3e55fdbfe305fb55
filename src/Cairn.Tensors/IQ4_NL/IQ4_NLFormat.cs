using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>4-bit weights on uneven levels, 32 a block, one f16 scale: w = d·Levels[q].</summary>
/// <remarks>Layout: <see cref="BlockIQ4_NL"/>. Quantiser: <see cref="ScaledBlockQuantizer{TBlock, TLevels, TFloats}"/>.</remarks>
internal sealed unsafe class IQ4_NLFormat : ScaledBlockFormat<BlockIQ4_NL, IQ4_NLLevels>
{
    private const int Half = ScaledBlock.Size / 2;

    internal override KernelLadder Int8Ladder =>
        new BlockKernels<NonlinearFourBits, PlainScales>(this, reader: null);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in BlockIQ4_NL block, Span<float> values)
    {
        for (var i = 0; i < Half; i++)
        {
            values[i] = (float)block.Scale * BlockIQ4_NL.Levels[block.Nibbles[i] & 0x0F];
            values[i + Half] = (float)block.Scale * BlockIQ4_NL.Levels[block.Nibbles[i] >> 4];
        }
    }

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        var levels = Vector128.Create(BlockIQ4_NL.Levels).AsByte();
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, BlockIQ4_NL>(blocks))
        {
            var scale = (float)block.Scale;
            var pairs = Vector128.LoadUnsafe(in block.Nibbles[0]);
            ByteVector.Store(Vector128.Shuffle(levels, pairs & Vector128.Create((byte)0x0F)).AsSByte(), scale, values);
            ByteVector.Store(Vector128.Shuffle(levels, pairs >> 4).AsSByte(), scale, values[Half..]);
            values = values[ScaledBlock.Size..];
        }
    }
}
