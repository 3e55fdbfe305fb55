using Cairn.Models;
using Cairn.Tensors;

namespace Cairn.Hub.Conversion;

/// <summary>Writes one tensor in its new type, a row at a time.</summary>
internal sealed class TensorEncoder
{
    private readonly ITensorSource _source;
    private readonly TensorInfo _from;
    private readonly BlockFormat _format;

    /// <summary>Chooses the tensor's type.</summary>
    /// <param name="source">Where the tensor is read when its turn comes.</param>
    /// <param name="from">The tensor.</param>
    /// <param name="type">Type that matrices shall have.</param>
    /// <param name="keepsPrecision">Whether it stays F32 all the same.</param>
    public TensorEncoder(ITensorSource source, TensorInfo from, GgmlType type, bool keepsPrecision)
    {
        (_source, _from) = (source, from);
        _format = BlockFormat.Get(type);
        if (from.Shape.Count < 2 || keepsPrecision) _format = BlockFormat.Get(GgmlType.F32);
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
            view.CopyRow(row, values);
            WeightRange.Require(_source.Path, _from, _format, values, row);
            _format.Quantize(values, bytes);
            stream.Write(bytes);
        }

        _source.Release(view);
    }
}
