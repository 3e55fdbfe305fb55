namespace Cairn.Tensors;

/// <summary>
/// Float arithmetic for any format: rows are dequantised, a panel at a time, into the worker's scratch and multiplied
/// by all tokens from there. F32 rows are read where they are.
/// </summary>
internal sealed unsafe class FloatKernel(BlockFormat format) : MatrixKernel
{
    public override string Name { get; } = $"{format.Name} rows float32 {FloatTile.InstructionSet}";

    public override int PanelRows => FloatTile.Rows;

    public override ActivationForm Form => ActivationForm.Floats;

    public override long PackedBytes(int rows, int columns) => 0;

    public override int ScratchLength(int columns) =>
        format.Type == GgmlType.F32 ? 0 : checked(FloatTile.Rows * Stride(columns));

    public override bool Pack(byte* source, int rows, int columns, int panel, int endPanel, byte* packed) =>
        throw new InvalidOperationException($"{Name} reads the file's own layout; there is nothing to pack.");

    public override int ChunkPanels(int tokens) => tokens == 1 ? 4 : 1;

    public override void Multiply(in KernelCall call, int panel, int endPanel, float* scratch)
    {
        for (; panel < endPanel; panel++)
        {
            var row = panel * FloatTile.Rows;
            var rowCount = Math.Min(FloatTile.Rows, call.Rows - row);
            var panelWeights = LoadPanel(call, row, rowCount, scratch);
            FloatTile.Multiply(panelWeights, rowCount, call, row);
        }
    }

    public override void DequantizeRow(byte* data, int rows, int columns, int row, Span<float> values)
    {
        var bytes = format.RowBytes(columns);
        format.Dequantize(new ReadOnlySpan<byte>(data + (row * bytes), checked((int)bytes)), values);
    }

    private FloatPanel LoadPanel(in KernelCall call, int row, int rowCount, float* scratch)
    {
        if (format.Type == GgmlType.F32)
        {
            return new FloatPanel((float*)call.Weights + ((long)row * call.Columns), call.Columns);
        }

        var stride = Stride(call.Columns);
        for (var r = 0; r < rowCount; r++)
        {
            var values = new Span<float>(scratch + (r * stride), call.Columns);
            DequantizeRow(call.Weights, call.Rows, call.Columns, row + r, values);
        }

        return new FloatPanel(scratch, stride);
    }

    // A multiple of 16 floats plus one line, so that the rows of a panel do not fall into the same cache sets.
    private static int Stride(int columns) => ((columns + 15) & ~15) + 16;
}
