using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// A kernel over <see cref="InterleavedLayout"/>: packing and unpacking, whatever the activations are.
/// </summary>
internal abstract unsafe class PackedKernel(
    BlockFormat format, InterleavedLayout layout, string arithmetic, string instructionSet) : MatrixKernel
{
    private const int LineBytes = 64;

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

    /// <summary>Whether a block of the file has the order of the layout, so that <see cref="PackBlock"/> only copies.</summary>
    protected virtual bool IsFileOrder => true;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool PackPanel(byte* source, int rowCount, int blocks, byte* panel)
    {
        if (rowCount < PanelRows)
        {
            return PackRows(source, rowCount, blocks, panel);
        }

        var stride = (long)blocks * format.BlockBytes;
        var next = source + (PanelRows * stride);
        var packed = stackalloc byte[IsFileOrder ? 0 : PanelRows * layout.BlockBytes];
        var isFinite = true;
        for (var block = 0; block < blocks; block++, source += format.BlockBytes)
        {
            Prefetch(next, PanelRows * format.BlockBytes);
            next += PanelRows * format.BlockBytes;
            if (IsFileOrder)
            {
                isFinite &= layout.StoreBlocks(panel, blocks, block, source, stride);
                continue;
            }

            for (var row = 0; row < PanelRows; row++)
            {
                PackBlock(source + (row * stride), packed + (row * layout.BlockBytes));
            }

            isFinite &= layout.StoreBlocks(panel, blocks, block, packed, layout.BlockBytes);
        }

        return isFinite;
    }

    // The rows of a panel are short streams side by side, which no processor foresees: the next panel is asked for while
    // this one is packed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* source, int length)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (var i = 0; i < length; i += LineBytes)
        {
            Sse.Prefetch0(source + i);
        }
    }

    // The last panel of a matrix, with zeros for the rows that it lacks.
    private bool PackRows(byte* source, int rowCount, int blocks, byte* panel)
    {
        Unsafe.InitBlockUnaligned(panel, 0, checked((uint)layout.PanelBytes(blocks)));
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
