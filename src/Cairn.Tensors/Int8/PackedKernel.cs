using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// A kernel over <see cref="InterleavedLayout"/>: packing and unpacking, whatever the activations are.
/// </summary>
internal abstract unsafe class PackedKernel(
    BlockFormat format, InterleavedLayout layout, string arithmetic, string instructionSet) : MatrixKernel
{
    public sealed override string Name { get; } = $"{format.Name} R{layout.PanelRows} {arithmetic} {instructionSet}";

    public sealed override int PanelRows => layout.PanelRows;

    public sealed override long PackedBytes(int rows, int columns) =>
        checked(PanelCount(rows) * layout.PanelBytes(columns / format.BlockSize));

    public override int ScratchLength(int columns) => 0;

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
            isExact &= PackPanel(source + (row * rowBytes), rowCount, blocks, target);
        }

        return isExact;
    }

    public sealed override void DequantizeRow(byte* data, int rows, int columns, int row, Span<float> values)
    {
        var blocks = columns / format.BlockSize;
        var panel = data + (row / PanelRows * layout.PanelBytes(blocks));
        var packed = stackalloc byte[layout.BlockBytes];
        for (var block = 0; block < blocks; block++)
        {
            layout.LoadBlock(panel, blocks, block, row % PanelRows, packed);
            DequantizeBlock(packed, values.Slice(block * format.BlockSize, format.BlockSize));
        }
    }

    /// <summary>Brings a block of the file into the order of the layout: f16 scales, then words.</summary>
    protected virtual void PackBlock(byte* source, byte* packed) =>
        Unsafe.CopyBlockUnaligned(packed, source, (uint)layout.BlockBytes);

    /// <summary>Writes the exact values of a block that <see cref="PackBlock"/> wrote.</summary>
    protected virtual void DequantizeBlock(byte* packed, Span<float> values) =>
        format.Dequantize(new ReadOnlySpan<byte>(packed, layout.BlockBytes), values);

    /// <summary>The packed weights of one panel.</summary>
    protected PanelWeights PanelAt(in KernelCall call, int panel)
    {
        var blocks = call.Columns / format.BlockSize;
        var panelBytes = layout.PanelBytes(blocks);
        var start = call.Weights + (panel * panelBytes);
        return new PanelWeights(start, start + layout.ScaleBytes(blocks), panelBytes, blocks);
    }

    private bool PackPanel(byte* source, int rowCount, int blocks, byte* panel)
    {
        if (rowCount < PanelRows)
        {
            Unsafe.InitBlockUnaligned(panel, 0, checked((uint)layout.PanelBytes(blocks)));
        }

        var packed = stackalloc byte[layout.BlockBytes];
        var isFinite = true;
        for (var row = 0; row < rowCount; row++)
        {
            for (var block = 0; block < blocks; block++, source += format.BlockBytes)
            {
                PackBlock(source, packed);
                isFinite &= layout.StoreBlock(panel, blocks, block, row, packed);
            }
        }

        return isFinite;
    }
}
