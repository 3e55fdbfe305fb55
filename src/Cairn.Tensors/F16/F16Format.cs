using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>IEEE 754 half precision, little-endian; a block is one value. Rounds to nearest even.</summary>
internal sealed class F16Format : BlockFormat
{
    public override GgmlType Type => GgmlType.F16;

    public override int BlockSize => 1;

    public override int BlockBytes => 2;

    public override float LargestValue => HalfPrecision.Largest;

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(blocks), values);

    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance) =>
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(blocks));
}
