using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>4-bit weights on uneven levels, 32 a block, one f16 scale: w = d·Levels[q].</summary>
/// <remarks>Layout and levels: <see cref="BlockIQ4_NL"/>.</remarks>
internal sealed unsafe class IQ4_NLFormat : BlockFormat
{
    private const int Half = BlockIQ4_NL.Size / 2;

    public override GgmlType Type => GgmlType.IQ4_NL;

    public override int BlockSize => BlockIQ4_NL.Size;

    public override int BlockBytes => Unsafe.SizeOf<BlockIQ4_NL>();

    internal override IEnumerable<MatrixKernel> Int8Kernels() =>
        BlockKernels.Create<NonlinearFourBits, PlainScales>(this, BlockReaders.FourBits);

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
            values = values[BlockIQ4_NL.Size..];
        }
    }

    private protected override void QuantizeBlocks(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        foreach (ref var block in MemoryMarshal.Cast<byte, BlockIQ4_NL>(blocks))
        {
            var x = values[..BlockIQ4_NL.Size];
            block.Scale = (System.Half)(BlockExtremes.LargestMagnitude(x) / BlockIQ4_NL.Levels[0]);
            var scale = (float)block.Scale;
            for (var i = 0; i < Half; i++)
            {
                block.Nibbles[i] = (byte)(Nearest(x[i], scale) | (Nearest(x[i + Half], scale) << 4));
            }

            values = values[BlockIQ4_NL.Size..];
        }
    }

    private static int Nearest(float value, float scale)
    {
        var best = 0;
        for (var q = 1; q < BlockIQ4_NL.Levels.Length; q++)
        {
            var error = MathF.Abs(value - (scale * BlockIQ4_NL.Levels[q]));
            best = error < MathF.Abs(value - (scale * BlockIQ4_NL.Levels[best])) ? q : best;
        }

        return best;
    }
}
