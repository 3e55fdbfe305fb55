using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class MatrixMultiplierTests
{
    [Fact]
    public void Multiply_with_float_activations_equals_the_plain_sum()
    {
        const int Rows = 13, Columns = 96, Tokens = 7;
        foreach (var format in BlockFormat.All)
        {
            var random = new Random(7);
            var weights = new float[Rows * Columns];
            var x = new float[Tokens * Columns];
            foreach (ref var v in weights.AsSpan()) v = (float)(random.NextDouble() - 0.5);
            foreach (ref var v in x.AsSpan()) v = (float)(random.NextDouble() - 0.5);
            var bytes = new byte[format.RowBytes(Columns) * Rows];
            format.Quantize(weights, bytes);
            format.Dequantize(bytes, weights);
            using var team = new ThreadTeam(2);
            using var multiplier = new MatrixMultiplier(team);
            var y = new float[Tokens * (Rows + 3)];
            fixed (byte* data = bytes)
            fixed (float* px = x, py = y)
            {
                using var matrix = WeightMatrix.Create("w", format.Type, data, bytes.Length, Rows, Columns, ActivationType.Float32, team);
                multiplier.Multiply(px, Tokens, Columns, [new MatrixProduct(matrix, py, Rows + 3)]);
            }

            for (var t = 0; t < Tokens; t++)
            {
                for (var r = 0; r < Rows; r++)
                {
                    var expected = 0.0;
                    for (var k = 0; k < Columns; k++) expected += (double)weights[(r * Columns) + k] * x[(t * Columns) + k];
                    Assert.True(Math.Abs(expected - y[(t * (Rows + 3)) + r]) < 1e-5, $"{format.Name} {t},{r}: {expected} {y[(t * (Rows + 3)) + r]}");
                }
            }
        }
    }
}
