using System.Numerics.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>The second half of an adapter's sum on one map: y[row] += s·B·u[row], then y[row] ∘= gains.</summary>
internal readonly unsafe struct LowRankUpdate
{
    /// <summary>Outputs that are computed together: B's part of them stays in the first cache while all rows use it.</summary>
    public const int ChunkOutputs = 256;

    private readonly LowRankDelta _delta;
    private readonly AdaptedProduct _product;
    private readonly float* _projected;
    private readonly float[]? _gains;
    private readonly float _scale;

    /// <param name="delta">B and its scale.</param>
    /// <param name="product">y.</param>
    /// <param name="projected">u = A·x, [rows, rank].</param>
    /// <param name="applied">The request's factor and DoRA's gains.</param>
    public LowRankUpdate(LowRankDelta delta, AdaptedProduct product, float* projected, AppliedAdapter applied)
    {
        _delta = delta;
        _product = product;
        _projected = projected;
        _gains = applied.GainsOf(product.Map);
        _scale = (float)(delta.Scale * applied.Scale);
    }

    /// <summary>Pieces of work.</summary>
    public int ChunkCount => (_delta.Outputs + ChunkOutputs - 1) / ChunkOutputs;

    /// <summary>Multiplications for one row.</summary>
    public long WorkPerRow => (long)_delta.Outputs * _delta.Rank;

    /// <summary>Computes one piece for all rows.</summary>
    /// <param name="chunk">Number of the piece.</param>
    /// <param name="rows">Rows of y, in the order of u.</param>
    public void Apply(int chunk, ReadOnlySpan<int> rows)
    {
        var start = chunk * ChunkOutputs;
        var count = Math.Min(ChunkOutputs, _delta.Outputs - start);
        var b = _delta.TransposedB + start;
        for (var i = 0; i < rows.Length; i++)
        {
            var y = new Span<float>(_product.Output + ((long)rows[i] * _product.Stride) + start, count);
            var u = _projected + ((long)i * _delta.Rank);
            for (var j = 0; j < _delta.Rank; j++)
            {
                var row = new ReadOnlySpan<float>(b + ((long)j * _delta.Stride), count);
                TensorPrimitives.MultiplyAddEstimate(row, _scale * u[j], y, y);
            }

            if (_gains is not null) TensorPrimitives.Multiply(y, _gains.AsSpan(start, count), y);
        }
    }
}
