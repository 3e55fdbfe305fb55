using Cairn.Tensors;

namespace Cairn.Models.HuggingFace;

/// <summary>Moves values from a folder's layout to the canonical one, and back.</summary>
public static unsafe class TensorLayouts
{
    /// <summary>The row of a folder's projection that becomes a row of the canonical one (<see cref="TensorLayout.InterleavedHeads"/>).</summary>
    /// <param name="row">Row in canonical order: head · d + 2i + j.</param>
    /// <param name="headDim">Width of a head (d).</param>
    /// <returns>head · d + j · d/2 + i.</returns>
    public static int SourceRow(int row, int headDim)
    {
        var (head, within) = Math.DivRem(row, headDim);
        var (pair, half) = Math.DivRem(within, 2);
        return (head * headDim) + (half * headDim / 2) + pair;
    }

    /// <summary>The shape and type that a tensor of a folder has in the canonical layout.</summary>
    /// <exception cref="ModelFormatException">The shape allows no such layout.</exception>
    internal static TensorInfo Describe(string path, TensorInfo source, CanonicalTensor target, LayoutSizes sizes)
    {
        var result = source with { Name = target.Name };
        switch (target.Layout)
        {
            case TensorLayout.InterleavedHeads when source.Shape is not [var rows, ..] || rows % sizes.HeadDim != 0:
                throw Bad(path, source, $"a multiple of {sizes.HeadDim} rows");
            case TensorLayout.Transposed:
                return source.Shape is [var inputs, var outputs]
                    ? result with { Shape = [outputs, inputs] }
                    : throw Bad(path, source, "a matrix");
            case TensorLayout.OnePlus:
                return result with { Type = GgmlType.F32, TypeName = "F32", SizeInBytes = source.ElementCount * sizeof(float) };
            case TensorLayout.SkippedRows:
                return source.Shape is [var all, var columns] && all > sizes.SkippedRows
                    ? result with
                    {
                        Shape = [all - sizes.SkippedRows, columns],
                        SizeInBytes = source.SizeInBytes / all * (all - sizes.SkippedRows),
                    }
                    : throw Bad(path, source, $"a matrix of more than {sizes.SkippedRows} rows");
            default:
                return result;
        }
    }

    /// <summary>Writes a folder's tensor in the canonical layout.</summary>
    /// <param name="source">The tensor as the folder has it; its shape has been checked by <see cref="Describe"/>.</param>
    /// <param name="layout">What to do.</param>
    /// <param name="sizes">The model's numbers.</param>
    /// <param name="target">Destination, as large as described.</param>
    internal static void Apply(TensorView source, TensorLayout layout, LayoutSizes sizes, byte* target)
    {
        switch (layout)
        {
            case TensorLayout.InterleavedHeads:
                MoveRows(source, target, row => (SourceRow(row, sizes.HeadDim), row));
                break;
            case TensorLayout.Transposed:
                Transpose(source, target);
                break;
            case TensorLayout.OnePlus:
                Add(source, 1, (float*)target);
                break;
            case TensorLayout.SkippedRows:
                var skipped = source.Info.SizeInBytes / source.Rows * sizes.SkippedRows;
                Copy(source.Data + skipped, target, source.Info.SizeInBytes - skipped);
                break;
            default:
                Copy(source.Data, target, source.Info.SizeInBytes);
                break;
        }
    }

    /// <summary>Writes a canonical tensor, whose elements are single values, as a folder has it.</summary>
    /// <param name="source">The canonical tensor.</param>
    /// <param name="layout">What was done to it.</param>
    /// <param name="sizes">The model's numbers.</param>
    /// <param name="target">Destination; skipped rows come back as zeros.</param>
    internal static void Undo(TensorView source, TensorLayout layout, LayoutSizes sizes, byte* target)
    {
        switch (layout)
        {
            case TensorLayout.InterleavedHeads:
                MoveRows(source, target, row => (row, SourceRow(row, sizes.HeadDim)));
                break;
            case TensorLayout.Transposed:
                Transpose(source, target);
                break;
            case TensorLayout.OnePlus:
                Add(source, -1, (float*)target);
                break;
            case TensorLayout.SkippedRows:
                var skipped = source.Info.SizeInBytes / source.Rows * sizes.SkippedRows;
                System.Runtime.InteropServices.NativeMemory.Clear(target, (nuint)skipped);
                Copy(source.Data, target + skipped, source.Info.SizeInBytes);
                break;
            default:
                Copy(source.Data, target, source.Info.SizeInBytes);
                break;
        }
    }

    private static void MoveRows(TensorView source, byte* target, Func<int, (int From, int To)> move)
    {
        var rows = (int)source.Info.Shape[0]; // a bias has one number for each row of its matrix
        var rowBytes = source.Info.SizeInBytes / rows;
        for (var row = 0; row < rows; row++)
        {
            var (from, to) = move(row);
            Copy(source.Data + (from * rowBytes), target + (to * rowBytes), rowBytes);
        }
    }

    private static void Transpose(TensorView source, byte* target)
    {
        var (rows, columns) = (source.Rows, source.Columns);
        var elementBytes = (int)(source.Info.SizeInBytes / source.Info.ElementCount);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var from = source.Data + ((((long)row * columns) + column) * elementBytes);
                var to = target + ((((long)column * rows) + row) * elementBytes);
                for (var i = 0; i < elementBytes; i++) to[i] = from[i];
            }
        }
    }

    private static void Add(TensorView source, float addend, float* target)
    {
        for (var row = 0; row < source.Rows; row++)
        {
            var values = new Span<float>(target + ((long)row * source.Columns), source.Columns);
            source.CopyRow(row, values);
            foreach (ref var value in values) value += addend;
        }
    }

    private static void Copy(byte* source, byte* target, long bytes) => Buffer.MemoryCopy(source, target, bytes, bytes);

    private static ModelFormatException Bad(string path, TensorInfo tensor, string expected) => new(
        ModelFormatError.BadShape, path, $"tensor '{tensor.Name}' has another shape than the configuration",
        expected, tensor.ShapeText, tensor.Offset, tensor.Name);
}
