using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class WeightMatrixTests
{
    [Theory]
    [InlineData(GgmlType.F32)]
    [InlineData(GgmlType.F16)]
    [InlineData(GgmlType.BF16)]
    [InlineData(GgmlType.Q8_0)]
    [InlineData(GgmlType.Q4_0)]
    [InlineData(GgmlType.Q4_1)]
    public void DequantizeRow_gives_the_exact_weights_in_both_modes(GgmlType type)
    {
        foreach (var activation in Enum.GetValues<ActivationType>())
        {
            using var weights = new TestWeights(new Random(2), type, 45, 96, activation);
            var row = new float[96];
            for (var r = 0; r < 45; r++)
            {
                weights.Matrix.DequantizeRow(r, row);
                TestData.AssertSameBits(weights.Values.AsSpan(r * 96, 96), row, $"{type}, {activation}, row {r}");
            }
        }
    }

    [Theory]
    [InlineData(GgmlType.Q8_0, 34)]
    [InlineData(GgmlType.Q4_0, 18)]
    [InlineData(GgmlType.Q4_1, 20)]
    public void Packed_matrix_takes_the_bytes_of_its_source(GgmlType type, int blockBytes)
    {
        using var weights = new TestWeights(new Random(2), type, 64, 576, ActivationType.Int8);

        Assert.False(weights.Matrix.IsInPlace);
        Assert.InRange(weights.Matrix.OwnedBytes, 64 * 18 * blockBytes, (64 * 18 * blockBytes) + (8 * 64));
    }

    [Fact]
    public void Float_matrix_is_read_in_place_and_says_so()
    {
        using var weights = new TestWeights(new Random(2), GgmlType.F16, 64, 576, ActivationType.Int8);

        Assert.True(weights.Matrix.IsInPlace);
        Assert.Equal(0, weights.Matrix.OwnedBytes);
        Assert.StartsWith("F16 rows float32", weights.Matrix.Kernel, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7C00)] // infinity
    [InlineData(0xFE01)] // NaN
    public void Scale_that_is_not_finite_falls_back_to_floats(int scaleBits)
    {
        var format = BlockFormat.Get(GgmlType.Q4_0);
        var bytes = TestData.Blocks(new Random(1), format, 20, 64);
        BitConverter.TryWriteBytes(bytes.AsSpan(18 * 5), (ushort)scaleBits);
        var expected = new float[20 * 64];
        var actual = new float[64];
        format.Dequantize(bytes, expected);
        using var team = new ThreadTeam(3);
        fixed (byte* data = bytes)
        {
            using var matrix = WeightMatrix.Create("w", GgmlType.Q4_0, data, bytes.Length, 20, 64, ActivationType.Int8, team);

            Assert.True(matrix.IsInPlace);
            Assert.StartsWith("Q4_0 rows float32", matrix.Kernel, StringComparison.Ordinal);
            matrix.DequantizeRow(2, actual);
            TestData.AssertSameBits(expected.AsSpan(128, 64), actual, "row 2");
        }
    }

    [Fact]
    public void Create_refuses_a_size_that_does_not_fit_the_shape()
    {
        using var team = new ThreadTeam(1);
        var data = stackalloc byte[64];

        var exception = Assert.Throws<ArgumentException>(
            () => WeightMatrix.Create("blk.0.w", GgmlType.Q4_1, data, 64, 2, 64, ActivationType.Int8, team));

        Assert.Contains("'blk.0.w' has 64 bytes; 2 rows of 64 Q4_1 values need 80", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 32)]
    [InlineData(1, 0)]
    [InlineData(-1, 32)]
    [InlineData(1, 33)]
    public void Create_refuses_impossible_shapes(int rows, int columns)
    {
        using var team = new ThreadTeam(1);
        var data = stackalloc byte[64];

        Assert.ThrowsAny<ArgumentException>(
            () => WeightMatrix.Create("w", GgmlType.Q4_1, data, 20, rows, columns, ActivationType.Int8, team));
    }

    [Fact]
    public void DequantizeRow_refuses_other_rows_and_lengths()
    {
        using var weights = new TestWeights(new Random(2), GgmlType.Q4_1, 4, 32, ActivationType.Int8);

        Assert.Throws<ArgumentOutOfRangeException>(() => weights.Matrix.DequantizeRow(4, new float[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => weights.Matrix.DequantizeRow(-1, new float[32]));
        Assert.Throws<ArgumentException>(() => weights.Matrix.DequantizeRow(0, new float[31]));
    }
}
