using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Packed form of a block format: panels of <paramref name="panelRows"/> rows whose quant bytes are interleaved in
/// groups of four, so that one vector holds 4 bytes of each row of the panel and no product needs a horizontal sum.
/// </summary>
/// <param name="panelRows">Rows of a panel, P.</param>
/// <param name="scaleCount">f16 numbers at the start of a block, S.</param>
/// <param name="quantBytes">Bytes after them, Q: words of four, in the order of the kernel.</param>
/// <remarks>
/// A panel of B blocks a row is <c>half scales[B][S][P]</c>, padded to a cache line, then <c>uint
/// quants[B][Q/4][P]</c>. What the words hold is the kernel's matter, see <see cref="IQuantPlanes"/>. Rows that the
/// last panel lacks are zero. Storing only moves bytes, so loading gives them back exactly.
/// </remarks>
internal readonly unsafe struct InterleavedLayout(int panelRows, int scaleCount, int quantBytes)
{
    private const int LineBytes = 64;
    private const int ExponentMask = 0x7C00; // of an f16; all ones means infinity or NaN

    /// <summary>Rows of a panel.</summary>
    public int PanelRows { get; } = panelRows;

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes => (scaleCount * sizeof(ushort)) + quantBytes;

    /// <summary>Offset of the quants in a panel.</summary>
    public long ScaleBytes(int blocks) =>
        (((long)blocks * scaleCount * sizeof(ushort) * PanelRows) + LineBytes - 1) & ~(LineBytes - 1L);

    /// <summary>Bytes of a panel.</summary>
    public long PanelBytes(int blocks) => ScaleBytes(blocks) + ((long)blocks * quantBytes * PanelRows);

    /// <summary>Stores one block of one row; false when a scale is infinite or not a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool StoreBlock(byte* panel, int blocks, int block, int row, byte* source)
    {
        var isFinite = true;
        var scales = ScalesAt(panel, block, row);
        for (var s = 0; s < scaleCount; s++, source += sizeof(ushort))
        {
            var scale = Unsafe.ReadUnaligned<ushort>(source);
            scales[s * PanelRows] = scale;
            isFinite &= (scale & ExponentMask) != ExponentMask;
        }

        var quants = QuantsAt(panel, blocks, block, row);
        for (var i = 0; i < quantBytes; i += sizeof(uint), quants += PanelRows)
        {
            *quants = Unsafe.ReadUnaligned<uint>(source + i);
        }

        return isFinite;
    }

    /// <summary>Loads what <see cref="StoreBlock"/> stored.</summary>
    public void LoadBlock(byte* panel, int blocks, int block, int row, byte* target)
    {
        var scales = ScalesAt(panel, block, row);
        for (var s = 0; s < scaleCount; s++, target += sizeof(ushort))
        {
            Unsafe.WriteUnaligned(target, scales[s * PanelRows]);
        }

        var quants = QuantsAt(panel, blocks, block, row);
        for (var i = 0; i < quantBytes; i += sizeof(uint), quants += PanelRows)
        {
            Unsafe.WriteUnaligned(target + i, *quants);
        }
    }

    private ushort* ScalesAt(byte* panel, int block, int row) =>
        (ushort*)panel + ((long)block * scaleCount * PanelRows) + row;

    private uint* QuantsAt(byte* panel, int blocks, int block, int row) =>
        (uint*)(panel + ScaleBytes(blocks)) + ((long)block * quantBytes / sizeof(uint) * PanelRows) + row;
}
