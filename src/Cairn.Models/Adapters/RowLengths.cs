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
        Parallel.For(0, weights.Rows, () => (Row: new float[columns], Change: new float[columns]), (row, _, scratch) =>
        {
            weights.DequantizeRow(row, scratch.Row);
            Array.Clear(scratch.Change);
            LowRankSum.Add(b.AsSpan(row * rank, rank), a, columns, scratch.Change);
            lengths._base[row] = TensorPrimitives.SumOfSquares<float>(scratch.Row);
            lengths._mixed[row] = TensorPrimitives.Dot<float>(scratch.Row, scratch.Change);
            lengths._added[row] = TensorPrimitives.SumOfSquares<float>(scratch.Change);
            return scratch;
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
}
