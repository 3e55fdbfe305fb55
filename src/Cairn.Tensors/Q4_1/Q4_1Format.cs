using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>4-bit weights, 32 a block, f16 scale and minimum: w = d·q + m.</summary>
/// <remarks>Quantiser: m = min x, d = (max x − min x) / 15, q = trunc((x − m) / d + 0.5), at most 15.</remarks>
internal sealed unsafe class Q4_1Format : BlockFormat
{
    private const int Half = BlockQ4_1.Size / 2;

    public override GgmlType Type => GgmlType.Q4_1;

    public override int BlockSize => BlockQ4_1.Size;

    public override int BlockBytes => Unsafe.SizeOf<BlockQ4_1>();

    internal override IEnumerable<MatrixKernel> Int8Kernels() =>
        BlockKernels.Create<FourBits, AffineScales>(this, BlockReaders.FourBits);

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
            values = values[BlockQ4_1.Size..];
        }
    }

    [SkipLocalsInit]
    private protected override void QuantizeBlocks(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        Span<byte> quants = stackalloc byte[BlockQ4_1.Size];
        foreach (ref var block in MemoryMarshal.Cast<byte, BlockQ4_1>(blocks))
        {
            var x = values[..BlockQ4_1.Size];
            var (minimum, maximum) = BlockExtremes.Range(x);
            var scale = (maximum - minimum) / 15;
            BlockRounding.Truncate(x, minimum, scale, 0.5, 15, quants);
            block.Scale = (System.Half)scale;
            block.Minimum = (System.Half)minimum;
            for (var i = 0; i < Half; i++)
            {
                block.Nibbles[i] = (byte)(quants[i] | (quants[i + Half] << 4));
            }

            values = values[BlockQ4_1.Size..];
        }
    }
}
