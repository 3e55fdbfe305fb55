using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>IEEE 754 single precision, little-endian; a block is one value.</summary>
internal sealed class F32Format : BlockFormat
{
    public override GgmlType Type => GgmlType.F32;

    public override int BlockSize => 1;

    public override int BlockBytes => sizeof(float);

    public override float LargestValue => float.MaxValue;

    private protected override void DequantizeBlocks(ReadOnlySpan<byte> blocks, Span<float> values) =>
        blocks.CopyTo(MemoryMarshal.AsBytes(values));

    private protected override void QuantizeBlocks(
        ReadOnlySpan<float> values, Span<byte> blocks, ReadOnlySpan<float> importance) =>
        MemoryMarshal.AsBytes(values).CopyTo(blocks);
}
