using Cairn.Models;
using Cairn.Tensors;

namespace Cairn.Hub.Conversion;

/// <summary>Writes one tensor in its new type, a row at a time.</summary>
internal sealed class TensorEncoder
{
    private const float LargestHalf = 65504f;

    private readonly ITensorSource _source;
    private readonly TensorInfo _from;
    private readonly ConvertedTensor _to;
    private readonly BlockFormat _format;

    /// <summary>Chooses the tensor's type.</summary>
    /// <param name="source">Where the tensor is read when its turn comes.</param>
    /// <param name="from">The tensor.</param>
    /// <param name="to">What becomes of it.</param>
    /// <param name="type">Type that matrices shall have.</param>
    public TensorEncoder(ITensorSource source, TensorInfo from, ConvertedTensor to, GgmlType type)
    {
        (_source, _from, _to) = (source, from, to);
        _format = BlockFormat.Get(type);
        if (from.Shape.Count < 2 || to.KeepsPrecision) _format = BlockFormat.Get(GgmlType.F32);
        else if (from.Shape[^1] % _format.BlockSize != 0) _format = BlockFormat.Get(GgmlType.F16);
    }

    /// <summary>The type that the tensor gets.</summary>
    public GgmlType Type => _format.Type;

    /// <summary>Reads, converts and writes all rows.</summary>
    /// <exception cref="ModelFormatException">A weight is not finite, or too large for the type.</exception>
    public void Write(Stream stream)
    {
        _source.TryGetTensor(_from.Name, out var view);
        var values = new float[view.Columns];
        var bytes = new byte[_format.RowBytes(view.Columns)];
        for (var row = 0; row < view.Rows; row++)
        {
            CopyRow(view, row, values);
            RequireRange(values, row);
            _format.Quantize(values, bytes);
            stream.Write(bytes);
        }

        _source.Release(view);
    }

    private void CopyRow(TensorView view, int row, float[] values)
    {
        if (_to.SourceRow is not { } sourceRow)
        {
            view.CopyRow(row, values);
            return;
        }

        if (_from.Shape.Count > 1)
        {
            view.CopyRow(sourceRow(row), values);
            return;
        }

        // A bias has one number for each row of its matrix, so its numbers move as those rows do.
        var source = view.ToFloats();
        for (var i = 0; i < values.Length; i++) values[i] = source[sourceRow(i)];
    }

    private void RequireRange(ReadOnlySpan<float> values, int row)
    {
        var most = Type == GgmlType.F16 ? LargestHalf : float.MaxValue;
        foreach (var value in values)
        {
            if (Math.Abs(value) <= most) continue;

            throw new ModelFormatException(
                ModelFormatError.NotFinite, _source.Path, $"tensor '{_from.Name}' has a weight that {Type} cannot hold",
                $"numbers up to {most:G6}", $"{value} in row {row}", tensor: _from.Name);
        }
    }
}
