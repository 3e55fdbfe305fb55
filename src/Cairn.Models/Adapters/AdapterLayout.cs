using Cairn.Models.HuggingFace;

namespace Cairn.Models.Adapters;

/// <summary>
/// Moves the matrices of an adapter between a folder's layout and the canonical one. Where the base's rows change
/// places, B's do; A never changes, because no layout moves the inputs of a map.
/// </summary>
internal static class AdapterLayout
{
    /// <summary>Rows in canonical order.</summary>
    /// <param name="rows">B, or a vector, in the folder's order.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="layout">How the base tensor's rows move.</param>
    /// <param name="headDim">Width of a head.</param>
    public static float[] ToCanonicalRows(float[] rows, int columns, TensorLayout layout, int headDim) =>
        layout == TensorLayout.InterleavedHeads ? Move(rows, columns, headDim, toCanonical: true) : rows;

    /// <summary>Rows in the folder's order.</summary>
    /// <param name="rows">B in canonical order.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="layout">How the base tensor's rows moved.</param>
    /// <param name="headDim">Width of a head.</param>
    public static float[] ToFolderRows(float[] rows, int columns, TensorLayout layout, int headDim) =>
        layout == TensorLayout.InterleavedHeads ? Move(rows, columns, headDim, toCanonical: false) : rows;

    /// <summary>Rows and columns change places.</summary>
    public static float[] Transpose(float[] matrix, int rows, int columns)
    {
        var result = new float[matrix.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++) result[(column * rows) + row] = matrix[(row * columns) + column];
        }

        return result;
    }

    private static float[] Move(float[] rows, int columns, int headDim, bool toCanonical)
    {
        var result = new float[rows.Length];
        for (var row = 0; row < rows.Length / columns; row++)
        {
            var folderRow = TensorLayouts.SourceRow(row, headDim);
            var (from, to) = toCanonical ? (folderRow, row) : (row, folderRow);
            rows.AsSpan(from * columns, columns).CopyTo(result.AsSpan(to * columns));
        }

        return result;
    }
}
