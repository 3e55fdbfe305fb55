using System.Numerics.Tensors;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>The second half of an adapter's sum on one map: y[row] += s·B·u[row], then y[row] ∘= gains.</summary>
internal readonly unsafe struct LowRankUpdate
{
    /// <summary>Outputs that are computed together: B's part of them stays in the first cache while all rows use it.</summary>
    public const int ChunkOutputs = 256;

    private const int FactorsAtOnce = 64;

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
        var rank = _delta.Rank;
        var b = new ReadOnlySpan<float>(_delta.TransposedB + start, checked(((rank - 1) * _delta.Stride) + count));
        Span<float> factors = stackalloc float[Math.Min(rank, FactorsAtOnce)];
        for (var i = 0; i < rows.Length; i++)
        {
            var y = new Span<float>(_product.Output + ((long)rows[i] * _product.Stride) + start, count);
            for (var first = 0; first < rank; first += FactorsAtOnce)
            {
                var part = factors[..Math.Min(FactorsAtOnce, rank - first)];
                TensorPrimitives.Multiply(new ReadOnlySpan<float>(_projected + ((long)i * rank) + first, part.Length), _scale, part);
                LowRankSum.Add(part, b[(first * _delta.Stride)..], _delta.Stride, y);
            }

            if (_gains is not null) TensorPrimitives.Multiply(y, _gains.AsSpan(start, count), y);
        }
    }
}
