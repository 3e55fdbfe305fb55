using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class WeightMatrixTests
{
    public static TheoryData<GgmlType> Types => [.. BlockFormat.All.Select(f => f.Type)];

    public static TheoryData<GgmlType> QuantisedTypes => [.. BlockFormat.All.Where(f => f.BlockSize > 1).Select(f => f.Type)];

    [Theory]
    [MemberData(nameof(Types))]
    public void DequantizeRow_gives_the_exact_weights_in_every_mode(GgmlType type)
    {
        foreach (var activation in Enum.GetValues<ActivationType>())
        {
            using var weights = new TestWeights(new Random(2), type, 45, 512, activation);
            var row = new float[512];
            for (var r = 0; r < 45; r++)
            {
                weights.Matrix.DequantizeRow(r, row);
                TestData.AssertSameBits(weights.Values.AsSpan(r * 512, 512), row, $"{type}, {activation}, row {r}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(QuantisedTypes))]
    public void Packed_matrix_takes_about_the_bytes_of_its_source(GgmlType type)
    {
        using var weights = new TestWeights(new Random(2), type, 64, 768, ActivationType.Int8);

        var bytes = 64 * BlockFormat.Get(type).RowBytes(768);
        Assert.False(weights.Matrix.IsInPlace);
        Assert.InRange(weights.Matrix.OwnedBytes, bytes, (long)(bytes * 1.03) + (16 * 64));
    }

    [Theory]
    [MemberData(nameof(QuantisedTypes))]
    public void Report_names_the_integer_kernel_of_a_quantised_matrix(GgmlType type)
    {
        using var weights = new TestWeights(new Random(2), type, 16, 256, ActivationType.Int8);

        Assert.Matches($"^{type} R(4|8|16) int8 (AVX-512|AVX-VNNI|AVX2|SSSE3|NEON|NEON dot|scalar)$", weights.Matrix.Kernel);
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
    [MemberData(nameof(QuantisedTypes))]
    public void Scale_that_is_not_finite_falls_back_to_floats(GgmlType type)
    {
        const int Rows = 20;
        const int Columns = 512;
        var format = BlockFormat.Get(type);
        foreach (var scaleOffset in TestData.ScaleOffsets(type))
        {
            foreach (var scaleBits in (ushort[])[0x7C00, 0xFE01]) // infinity, NaN
            {
                var bytes = TestData.Blocks(new Random(1), format, Rows, Columns);
                var block = bytes.Length / format.BlockBytes / Rows * 3;
                BitConverter.TryWriteBytes(bytes.AsSpan((block * format.BlockBytes) + scaleOffset), scaleBits);
                var expected = new float[Rows * Columns];
                var actual = new float[Columns];
                format.Dequantize(bytes, expected);
                using var team = new ThreadTeam(3);
                fixed (byte* data = bytes)
                {
                    using var matrix =
                        WeightMatrix.Create("w", type, data, bytes.Length, Rows, Columns, ActivationType.Int8, team);

                    Assert.True(matrix.IsInPlace);
                    Assert.StartsWith($"{type} rows float32", matrix.Kernel, StringComparison.Ordinal);
                    matrix.DequantizeRow(3, actual);
                    TestData.AssertSameBits(expected.AsSpan(3 * Columns, Columns), actual, $"{type}, row 3");
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Create_tells_of_every_byte_that_it_has_packed_once(int threads)
    {
        const int Rows = 1003;
        const int Columns = 4096;
        using var team = new ThreadTeam(threads);
        using var data = new AlignedMemory<byte>(BlockFormat.Get(GgmlType.Q4_0).RowBytes(Columns) * Rows);
        var parts = new System.Collections.Concurrent.ConcurrentBag<(long Start, long Length)>();

        using var matrix = WeightMatrix.Create(
            "w", GgmlType.Q4_0, data.Pointer, data.Length, Rows, Columns, ActivationType.Int8, team,
            (start, length) => parts.Add((start, length)));

        Assert.InRange(parts.Count, 2, 4);
        var next = 0L;
        foreach (var (start, length) in parts.OrderBy(part => part.Start))
        {
            Assert.Equal(next, start);
            next += length;
        }

        Assert.Equal(data.Length, next);
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
