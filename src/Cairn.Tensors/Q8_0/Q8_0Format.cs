using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>8-bit weights, 32 a block, one f16 scale: w = d·q.</summary>
/// <remarks>Quantiser: d = max|x| / 127, q = x / d rounded half away from zero; d is rounded to f16 afterwards.</remarks>
internal sealed unsafe class Q8_0Format : BlockFormat
{
    public override GgmlType Type => GgmlType.Q8_0;

    public override int BlockSize => BlockQ8_0.Size;

    public override int BlockBytes => Unsafe.SizeOf<BlockQ8_0>();

    public override float LargestValue => HalfPrecision.Largest * sbyte.MaxValue;

    internal override KernelLadder Int8Ladder =>
        new BlockKernels<EightBits, PlainScales>(this, reader: null);

    internal override KernelLadder Int16Ladder => new Q8_0Int16Kernels(this);

    /// <summary>The specification of dequantising.</summary>
    internal static void Scalar(in BlockQ8_0 block, Span<float> values)
    {
        for (var i = 0; i < BlockQ8_0.Size; i++)
        {
            values[i] = (float)block.Scale * block.Quants[i];
        }
    }

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        foreach (ref readonly var block in MemoryMarshal.Cast<byte, BlockQ8_0>(blocks))
        {
            var quants = MemoryMarshal.CreateReadOnlySpan(in block.Quants[0], BlockQ8_0.Size);
            ByteVector.Scale(quants, (float)block.Scale, values);
            values = values[BlockQ8_0.Size..];
        }
    }

    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance)
    {
        foreach (ref var block in MemoryMarshal.Cast<byte, BlockQ8_0>(blocks))
        {
            var scale = MaxMagnitude(values[..BlockQ8_0.Size]) / 127f;
            var inverse = scale == 0 ? 0 : 1 / scale;
            block.Scale = (Half)scale;
            for (var i = 0; i < BlockQ8_0.Size; i++)
            {
                block.Quants[i] = (sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
            }

            values = values[BlockQ8_0.Size..];
        }
    }

    private static float MaxMagnitude(ReadOnlySpan<float> values)
    {
        var max = 0f;
        foreach (var value in values)
        {
            max = MathF.Max(max, MathF.Abs(value));
        }

        return max;
    }
}
