using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>A matrix of random blocks, its exact values, and the judge of its products.</summary>
internal sealed unsafe class TestWeights : IDisposable
{
    private readonly AlignedMemory<byte> _source;
    private readonly BlockFormat _format;

    public TestWeights(Random random, GgmlType type, int rows, int columns, ActivationType activation)
    {
        _format = BlockFormat.Get(type);
        var bytes = _format.BlockSize == 1 ? Floats(random, rows * columns) : TestData.Blocks(random, _format, rows, columns);
        Values = new float[rows * columns];
        _format.Dequantize(bytes, Values);
        _source = new AlignedMemory<byte>(bytes.Length);
        bytes.CopyTo(_source.AsSpan());
        using var team = new ThreadTeam(2);
        Matrix = WeightMatrix.Create("test", type, _source.Pointer, bytes.Length, rows, columns, activation, team);
        if (!Matrix.IsInPlace)
        {
            _source.AsSpan().Fill(0xFF); // a packed matrix must not read its source again
        }
    }

    public WeightMatrix Matrix { get; }

    /// <summary>Exact weights, [rows, columns].</summary>
    public float[] Values { get; }

    public float[] Multiply(float[] x, int tokens, int stride, int threads)
    {
        using var team = new ThreadTeam(threads);
        using var multiplier = new MatrixMultiplier(team);
        var y = new float[tokens * stride];
        fixed (float* px = x, py = y)
        {
            var output = stackalloc float[1];
            multiplier.Multiply(px, tokens, Matrix.Columns, [new MatrixProduct(Matrix, py is null ? output : py, stride)]);
        }

        return y;
    }

    /// <summary>Compares with the sum in double; integer activations are allowed their rounding, half a step per value.</summary>
    public void AssertProduct(float[] x, int tokens, float[] y, ActivationType activation, string context)
    {
        var columns = Matrix.Columns;
        var stride = y.Length / tokens;
        var steps = _format.BlockSize == 1 || activation == ActivationType.Float32 ? double.PositiveInfinity
            : activation == ActivationType.Int8 ? sbyte.MaxValue
            : short.MaxValue;
        for (var t = 0; t < tokens; t++)
        {
            for (var r = 0; r < Matrix.Rows; r++)
            {
                var (sum, magnitude, weightSum) = (0.0, 0.0, 0.0);
                for (var k = 0; k < columns; k++)
                {
                    var product = (double)Values[(r * columns) + k] * x[(t * columns) + k];
                    sum += product;
                    magnitude += Math.Abs(product);
                    weightSum += Math.Abs(Values[(r * columns) + k]);
                }

                var bound = (2e-6 * magnitude) + (weightSum * 0.5 / steps * 1.001);
                var difference = Math.Abs(sum - y[(t * stride) + r]);
                Assert.True(difference <= bound, $"{context}, [{t},{r}]: expected {sum:R}, got {y[(t * stride) + r]:R}, bound {bound:E2}");
            }
        }
    }

    public void Dispose()
    {
        Matrix.Dispose();
        _source.Dispose();
    }

    private byte[] Floats(Random random, int count)
    {
        var bytes = new byte[_format.RowBytes(count)];
        _format.Quantize(TestData.Uniform(random, count), bytes);
        return bytes;
    }
}
