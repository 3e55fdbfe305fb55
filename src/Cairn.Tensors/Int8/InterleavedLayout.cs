using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Packed form of a block format: panels of <paramref name="panelRows"/> rows whose quant bytes are interleaved in
/// groups of four, so that one vector holds 4 bytes of each row of the panel and no product needs a horizontal sum.
/// </summary>
/// <param name="panelRows">Rows of a panel, P.</param>
/// <param name="scaleCount">f16 numbers at the start of a source block, S.</param>
/// <param name="quantBytes">Bytes after them, Q.</param>
/// <remarks>
/// A panel of B blocks a row is <c>half scales[B][S][P]</c>, padded to a cache line, then <c>uint quants[B][Q/4][P]</c>.
/// For nibbles, byte 4g + i of a block carries columns 4g + i (low) and 16 + 4g + i (high), in the source and so here:
/// a vector's low halves belong to one group of four columns, its high halves to another of the same block. Rows that
/// the last panel lacks are zero. The packing only moves bytes, so unpacking gives the source's exact bytes.
/// </remarks>
internal readonly unsafe struct InterleavedLayout(int panelRows, int scaleCount, int quantBytes)
{
    private const int LineBytes = 64;
    private const int ExponentMask = 0x7C00; // of an f16; all ones means infinity or NaN

    /// <summary>Rows of a panel.</summary>
    public int PanelRows { get; } = panelRows;

    /// <summary>Bytes of a source block.</summary>
    public int BlockBytes => (scaleCount * sizeof(ushort)) + quantBytes;

    /// <summary>Offset of the quants in a panel.</summary>
    public long ScaleBytes(int blocks) =>
        (((long)blocks * scaleCount * sizeof(ushort) * PanelRows) + LineBytes - 1) & ~(LineBytes - 1L);

    /// <summary>Bytes of a panel.</summary>
    public long PanelBytes(int blocks) => ScaleBytes(blocks) + ((long)blocks * quantBytes * PanelRows);

    /// <summary>Packs up to a panel of consecutive rows; false when a scale is infinite or not a number.</summary>
    public bool PackPanel(byte* source, int rowCount, int blocks, byte* panel)
    {
        if (rowCount < PanelRows)
        {
            Unsafe.InitBlockUnaligned(panel, 0, checked((uint)PanelBytes(blocks)));
        }

        var isFinite = true;
        for (var row = 0; row < rowCount; row++)
        {
            for (var block = 0; block < blocks; block++, source += BlockBytes)
            {
                var scales = ScalesAt(panel, block, row);
                for (var s = 0; s < scaleCount; s++)
                {
                    var scale = Unsafe.ReadUnaligned<ushort>(source + (s * sizeof(ushort)));
                    scales[s * PanelRows] = scale;
                    isFinite &= (scale & ExponentMask) != ExponentMask;
                }

                var quants = QuantsAt(panel, blocks, block, row);
                for (var i = 0; i < quantBytes; i += sizeof(uint), quants += PanelRows)
                {
                    *quants = Unsafe.ReadUnaligned<uint>(source + (scaleCount * sizeof(ushort)) + i);
                }
            }
        }

        return isFinite;
    }

    /// <summary>Writes the source bytes of one block of one row.</summary>
    public void UnpackBlock(byte* panel, int blocks, int block, int row, Span<byte> target)
    {
        var scales = ScalesAt(panel, block, row);
        for (var s = 0; s < scaleCount; s++)
        {
            Unsafe.WriteUnaligned(ref target[s * sizeof(ushort)], scales[s * PanelRows]);
        }

        var quants = QuantsAt(panel, blocks, block, row);
        for (var i = 0; i < quantBytes; i += sizeof(uint), quants += PanelRows)
        {
            Unsafe.WriteUnaligned(ref target[(scaleCount * sizeof(ushort)) + i], *quants);
        }
    }

    private ushort* ScalesAt(byte* panel, int block, int row) =>
        (ushort*)panel + ((long)block * scaleCount * PanelRows) + row;

    private uint* QuantsAt(byte* panel, int blocks, int block, int row) =>
        (uint*)(panel + ScaleBytes(blocks)) + ((long)block * quantBytes / sizeof(uint) * PanelRows) + row;
}
