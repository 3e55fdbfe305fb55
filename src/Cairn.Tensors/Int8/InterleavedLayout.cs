using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Packed form of a block format: panels of <paramref name="panelRows"/> rows whose quant bytes are interleaved in
/// groups of four, so that one vector holds 4 bytes of each row of the panel and no product needs a horizontal sum.
/// </summary>
/// <param name="panelRows">Rows of a panel, P; a multiple of 4.</param>
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

    /// <summary>
    /// Stores one block of every row of a panel, as <see cref="StoreBlock"/> would row by row; false when a scale is
    /// infinite or not a number.
    /// </summary>
    /// <param name="panel">The panel.</param>
    /// <param name="blocks">Blocks of a row.</param>
    /// <param name="block">The block.</param>
    /// <param name="source">The block of the first row.</param>
    /// <param name="stride">Bytes from there to that of the next row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool StoreBlocks(byte* panel, int blocks, int block, byte* source, long stride)
    {
        var isFinite = StoreScales(ScalesAt(panel, block, 0), source, stride);
        var quants = QuantsAt(panel, blocks, block, 0);
        var words = source + (scaleCount * sizeof(ushort));
        var left = quantBytes / sizeof(uint);
        for (; left >= WordSquare.Size; left -= WordSquare.Size)
        {
            for (var row = 0; row < PanelRows; row += WordSquare.Size)
            {
                WordSquare.Transpose(words + (row * stride), stride, quants + row, PanelRows);
            }

            words += WordSquare.Size * sizeof(uint);
            quants += WordSquare.Size * PanelRows;
        }

        for (; left > 0; left--, words += sizeof(uint), quants += PanelRows)
        {
            for (var row = 0; row < PanelRows; row++)
            {
                quants[row] = Unsafe.ReadUnaligned<uint>(words + (row * stride));
            }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool StoreScales(ushort* scales, byte* source, long stride)
    {
        const int Four = sizeof(ulong) / sizeof(ushort);
        var carries = 0UL; // the top bit of an f16 that is infinite or not a number
        for (var s = 0; s < scaleCount; s++, source += sizeof(ushort), scales += PanelRows)
        {
            for (var row = 0; row < PanelRows; row++)
            {
                scales[row] = Unsafe.ReadUnaligned<ushort>(source + (row * stride));
            }

            for (var row = 0; row < PanelRows; row += Four)
            {
                var exponents = Unsafe.ReadUnaligned<ulong>(scales + row) & (ExponentMask * 0x0001_0001_0001_0001UL);
                carries |= exponents + 0x0400_0400_0400_0400;
            }
        }

        return (carries & 0x8000_8000_8000_8000) == 0;
    }

    private ushort* ScalesAt(byte* panel, int block, int row) =>
        (ushort*)panel + ((long)block * scaleCount * PanelRows) + row;

    private uint* QuantsAt(byte* panel, int blocks, int block, int row) =>
        (uint*)(panel + ScaleBytes(blocks)) + ((long)block * quantBytes / sizeof(uint) * PanelRows) + row;
}
