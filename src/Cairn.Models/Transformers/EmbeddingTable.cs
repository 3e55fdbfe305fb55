using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Rows looked up by id: from the packed output matrix when that is shared, from the file otherwise.</summary>
internal readonly unsafe struct EmbeddingTable
{
    private readonly WeightMatrix? _matrix;
    private readonly TensorView _view;
    private readonly BlockFormat? _format;

    /// <summary>Reads rows of a matrix that also serves as output projection.</summary>
    public EmbeddingTable(WeightMatrix matrix)
    {
        _matrix = matrix;
        Rows = matrix.Rows;
    }

    /// <summary>Reads rows of a mapped tensor, which must stay valid.</summary>
    public EmbeddingTable(TensorView view)
    {
        _view = view;
        _format = BlockFormat.Get(view.Info.Type);
        Rows = view.Rows;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Writes one row as floats.</summary>
    public void Read(int row, Span<float> values)
    {
        if (_matrix is not null)
        {
            _matrix.DequantizeRow(row, values);
            return;
        }

        long bytes = _format!.RowBytes(values.Length);
        _format.Dequantize(new ReadOnlySpan<byte>(_view.Data + (row * bytes), (int)bytes), values);
    }
}
