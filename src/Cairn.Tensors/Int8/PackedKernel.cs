namespace Cairn.Tensors;

/// <summary>A kernel over <see cref="InterleavedLayout"/>: packing and unpacking, whatever the activations are.</summary>
internal abstract unsafe class PackedKernel(
    BlockFormat format, InterleavedLayout layout, string arithmetic, string instructionSet) : MatrixKernel
{
    public sealed override string Name { get; } = $"{format.Name} R{layout.PanelRows} {arithmetic} {instructionSet}";

    public sealed override int PanelRows => layout.PanelRows;

    public sealed override long PackedBytes(int rows, int columns) =>
        checked(PanelCount(rows) * layout.PanelBytes(columns / format.BlockSize));

    public sealed override int ScratchLength(int columns) => 0;

    public sealed override bool Pack(byte* source, int rows, int columns, int panel, int endPanel, byte* packed)
    {
        var blocks = columns / format.BlockSize;
        var rowBytes = format.RowBytes(columns);
        var isExact = true;
        for (; panel < endPanel; panel++)
        {
            var row = (long)panel * PanelRows;
            var rowCount = (int)Math.Min(PanelRows, rows - row);
            var target = packed + (panel * layout.PanelBytes(blocks));
            isExact &= layout.PackPanel(source + (row * rowBytes), rowCount, blocks, target);
        }

        return isExact;
    }

    public sealed override void DequantizeRow(byte* data, int rows, int columns, int row, Span<float> values)
    {
        var blocks = columns / format.BlockSize;
        var panel = data + (row / PanelRows * layout.PanelBytes(blocks));
        Span<byte> source = stackalloc byte[layout.BlockBytes];
        for (var block = 0; block < blocks; block++)
        {
            layout.UnpackBlock(panel, blocks, block, row % PanelRows, source);
            format.Dequantize(source, values.Slice(block * format.BlockSize, format.BlockSize));
        }
    }

    /// <summary>The packed weights of one panel.</summary>
    protected PanelWeights PanelAt(in KernelCall call, int panel)
    {
        var blocks = call.Columns / format.BlockSize;
        var panelBytes = layout.PanelBytes(blocks);
        var start = call.Weights + (panel * panelBytes);
        return new PanelWeights(start, start + layout.ScaleBytes(blocks), panelBytes, blocks);
    }
}
