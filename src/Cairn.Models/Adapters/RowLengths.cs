using System.Numerics.Tensors;
using Cairn.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>
/// DoRA: each row of W + s·B·A is brought to a learned length m, so outputs are multiplied by m / ‖W + s·B·A‖. The norm
/// is kept as the polynomial ‖W‖² + 2s·(W·(B·A)) + s²·‖B·A‖² of each row, and so is exact for any strength.
/// </summary>
/// <remarks>Liu et al. 2024, arXiv:2402.09353, equation 5. Biases are not multiplied.</remarks>
internal sealed class RowLengths
{
    private readonly float[] _magnitudes;
    private readonly double[] _base;
    private readonly double[] _mixed;
    private readonly double[] _added;

    private RowLengths(float[] magnitudes)
    {
        _magnitudes = magnitudes;
        _base = new double[magnitudes.Length];
        _mixed = new double[magnitudes.Length];
        _added = new double[magnitudes.Length];
    }

    /// <summary>Measures the rows of a map once, when its adapter is loaded.</summary>
    /// <param name="weights">W, [outputs, inputs], in any format: its exact values count.</param>
    /// <param name="a">A, [rank, inputs].</param>
    /// <param name="b">B, [outputs, rank].</param>
    /// <param name="magnitudes">m, [outputs].</param>
    public static RowLengths Measure(WeightMatrix weights, float[] a, float[] b, float[] magnitudes)
    {
        var lengths = new RowLengths(magnitudes);
        var (rank, columns) = (b.Length / weights.Rows, weights.Columns);
        var gram = Gram(a, rank, columns);
        Parallel.For(0, weights.Rows, () => new float[columns], (row, _, values) =>
        {
            weights.DequantizeRow(row, values);
            lengths.Measure(row, values, a, b.AsSpan(row * rank, rank), gram);
            return values;
        }, _ => { });
        return lengths;
    }

    /// <summary>m / ‖W + s·B·A‖ of each row.</summary>
    /// <param name="scale">s, with the request's factor.</param>
    public float[] Gains(double scale)
    {
        var gains = new float[_magnitudes.Length];
        for (var row = 0; row < gains.Length; row++)
        {
            var square = _base[row] + (2 * scale * _mixed[row]) + (scale * scale * _added[row]);
            gains[row] = (float)(_magnitudes[row] / Math.Sqrt(Math.Max(0, square)));
        }

        return gains;
    }

    private void Measure(int row, ReadOnlySpan<float> values, ReadOnlySpan<float> a, ReadOnlySpan<float> b, double[] gram)
    {
        var (rank, columns) = (b.Length, values.Length);
        _base[row] = TensorPrimitives.SumOfSquares(values);
        for (var i = 0; i < rank; i++)
        {
            _mixed[row] += (double)b[i] * TensorPrimitives.Dot(a.Slice(i * columns, columns), values);
            for (var j = 0; j < rank; j++) _added[row] += (double)b[i] * b[j] * gram[(i * rank) + j];
        }
    }

    /// <summary>A·Aᵀ, [rank, rank].</summary>
    private static double[] Gram(float[] a, int rank, int columns)
    {
        var gram = new double[rank * rank];
        for (var i = 0; i < rank; i++)
        {
            for (var j = 0; j < rank; j++)
                gram[(i * rank) + j] = TensorPrimitives.Dot(a.AsSpan(i * columns, columns), a.AsSpan(j * columns, columns));
        }

        return gram;
    }
}
