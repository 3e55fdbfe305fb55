using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class MatrixMultiplierTests
{
    public static TheoryData<GgmlType, ActivationType> Cases
    {
        get
        {
            var data = new TheoryData<GgmlType, ActivationType>();
            foreach (var format in BlockFormat.All)
            {
                data.Add(format.Type, ActivationType.Float32);
                data.Add(format.Type, ActivationType.Int8);
                data.Add(format.Type, ActivationType.Int16);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product_equals_the_plain_sum(GgmlType type, ActivationType activation)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var rows = random.Next(1, 80);
            var blockSize = BlockFormat.Get(type).BlockSize;
            var columns = blockSize * random.Next(1, blockSize == 1 ? 258 : 1 + (288 / blockSize));
            var tokens = random.Next(1, 40);
            var x = TestData.Uniform(random, tokens * columns);
            using var weights = new TestWeights(random, type, rows, columns, activation);

            var actual = weights.Multiply(x, tokens, rows + random.Next(0, 3), threads: 2);

            weights.AssertProduct(x, tokens, actual, activation, $"{weights.Matrix.Kernel}, seed {seed}, {rows}x{columns}, {tokens} tokens");
        }
    }

    [Theory]
    [InlineData(GgmlType.F32, 1303)] // stretches, and columns that fill no vector
    [InlineData(GgmlType.F16, 1299)]
    [InlineData(GgmlType.BF16, 640)]
    public void Float_rows_that_many_tokens_meet_stretch_by_stretch_give_what_each_token_gets_alone(GgmlType type, int columns)
    {
        const int Rows = 45; // two chunks, the last panel short
        const int Tokens = 101; // more than a panel of tokens, the last tile short
        var random = new Random(23);
        var x = TestData.Uniform(random, Tokens * columns);
        using var weights = new TestWeights(random, type, Rows, columns, ActivationType.Float32);

        var actual = weights.Multiply(x, Tokens, Rows, threads: 2);

        weights.AssertProduct(x, Tokens, actual, ActivationType.Float32, $"{type}, seed 23");
        foreach (var token in (int[])[0, 47, 48, 98, 99, 100])
        {
            var alone = weights.Multiply(x[(token * columns)..((token + 1) * columns)], 1, Rows, threads: 1);
            TestData.AssertSameBits(alone, actual.AsSpan(token * Rows, Rows), $"{type}, token {token}");
        }
    }

    [Theory]
    [InlineData(GgmlType.F16)]
    [InlineData(GgmlType.BF16)]
    public void Every_number_of_16_bits_gives_a_single_token_what_it_gives_several(GgmlType type)
    {
        const int Columns = 12; // a vector and a tail
        const int Rows = (65536 + Columns - 1) / Columns;
        using var source = new AlignedMemory<byte>(Rows * Columns * sizeof(ushort));
        for (var i = 0; i < 65536; i++)
        {
            BitConverter.TryWriteBytes(source.Span(i * sizeof(ushort), sizeof(ushort)), (ushort)i);
        }

        using var team = new ThreadTeam(2);
        using var multiplier = new MatrixMultiplier(team);
        using var weights = WeightMatrix.Create(
            "all", type, source.Pointer, source.Length, Rows, Columns, ActivationType.Int8, team);
        for (var column = 0; column < Columns; column++)
        {
            using var x = new AlignedMemory<float>(2 * Columns);
            using var y = new AlignedMemory<float>(2 * Rows);
            x.Pointer[column] = x.Pointer[Columns + column] = 1;
            multiplier.Multiply(x.Pointer, 2, Columns, [new MatrixProduct(weights, y.Pointer, Rows)]);
            var expected = y.Span(0, Rows).ToArray();

            multiplier.Multiply(x.Pointer, 1, Columns, [new MatrixProduct(weights, y.Pointer, Rows)]);

            TestData.AssertSameBits(expected, y.Span(0, Rows).ToArray(), $"{type}, column {column}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public void Cancelled_product_takes_no_further_piece_and_the_next_is_whole(int tokens)
    {
        const int Rows = 512;
        const int Columns = 256;
        var random = new Random(5);
        var x = TestData.Uniform(random, tokens * Columns);
        using var weights = new TestWeights(random, GgmlType.Q4_0, Rows, Columns, ActivationType.Int8);
        using var team = new ThreadTeam(2);
        using var multiplier = new MatrixMultiplier(team);
        using var source = new CancellationTokenSource();
        var y = new float[tokens * Rows];
        Array.Fill(y, float.NaN);
        source.Cancel();

        multiplier.Cancellation = source.Token;
        Assert.Throws<OperationCanceledException>(Multiply);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));

        multiplier.Cancellation = default;
        Multiply();
        TestData.AssertSameBits(weights.Multiply(x, tokens, Rows, threads: 1), y, "after a cancelled product");

        void Multiply()
        {
            fixed (float* px = x, py = y)
            {
                multiplier.Multiply(px, tokens, Columns, [new MatrixProduct(weights.Matrix, py, Rows)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Piece_between_two_looks_at_cancellation_is_bounded(GgmlType type, ActivationType activation)
    {
        var kernel = MatrixKernels.Select(BlockFormat.Get(type), activation);

        foreach (var tokens in (int[])[1, 2, 8, 9, 128, 512])
        {
            Assert.InRange(kernel.ChunkPanels(tokens) * kernel.PanelRows, 1, 64);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Result_depends_neither_on_threads_nor_on_other_tokens(GgmlType type, ActivationType activation)
    {
        const int Rows = 203;
        const int Tokens = 37;
        var columns = Math.Max(160, BlockFormat.Get(type).BlockSize);
        var random = new Random(11);
        var x = TestData.Uniform(random, Tokens * columns);
        using var weights = new TestWeights(random, type, Rows, columns, activation);
        var expected = weights.Multiply(x, Tokens, Rows, threads: 1);

        foreach (var threads in (int[])[2, 3, 5])
        {
            TestData.AssertSameBits(expected, weights.Multiply(x, Tokens, Rows, threads), $"{type}, {threads} threads");
        }

        foreach (var token in (int[])[0, 5, 36])
        {
            var alone = weights.Multiply(x[(token * columns)..((token + 1) * columns)], 1, Rows, threads: 2);
            TestData.AssertSameBits(expected.AsSpan(token * Rows, Rows), alone, $"{type}, token {token} alone");
        }
    }

    [Fact]
    public void One_call_computes_several_products_and_leaves_gaps_alone()
    {
        const int Columns = 256;
        const int Tokens = 6;
        var random = new Random(5);
        var x = TestData.Uniform(random, Tokens * Columns);
        using var a = new TestWeights(random, GgmlType.Q4_1, 24, Columns, ActivationType.Int8);
        using var b = new TestWeights(random, GgmlType.F16, 9, Columns, ActivationType.Int8);
        using var c = new TestWeights(random, GgmlType.Q8_0, 40, Columns, ActivationType.Int16);
        using var d = new TestWeights(random, GgmlType.Q6_K, 33, Columns, ActivationType.Int8);
        using var team = new ThreadTeam(2);
        using var multiplier = new MatrixMultiplier(team);
        var ya = new float[Tokens * 24];
        var yb = Enumerable.Repeat(-1f, Tokens * 12).ToArray();
        var yc = new float[Tokens * 40];
        var yd = new float[Tokens * 33];

        fixed (float* px = x, pa = ya, pb = yb, pc = yc, pd = yd)
        {
            multiplier.Multiply(
                px,
                Tokens,
                Columns,
                [new(a.Matrix, pa, 24), new(b.Matrix, pb, 12), new(c.Matrix, pc, 40), new(d.Matrix, pd, 33)]);
        }

        TestData.AssertSameBits(a.Multiply(x, Tokens, 24, 1), ya, "first");
        TestData.AssertSameBits(c.Multiply(x, Tokens, 40, 1), yc, "third");
        TestData.AssertSameBits(d.Multiply(x, Tokens, 33, 1), yd, "fourth");
        var alone = b.Multiply(x, Tokens, 9, 1);
        for (var t = 0; t < Tokens; t++)
        {
            TestData.AssertSameBits(alone.AsSpan(t * 9, 9), yb.AsSpan(t * 12, 9), "second");
            Assert.Equal([-1f, -1f, -1f], yb[((t * 12) + 9)..((t + 1) * 12)]);
        }
    }

    [Theory]
    [InlineData(GgmlType.Q4_1, 1)]
    [InlineData(GgmlType.Q4_1, 33)]
    [InlineData(GgmlType.Q6_K, 1)]
    [InlineData(GgmlType.Q6_K, 33)]
    public void Multiply_allocates_nothing_in_a_steady_state(GgmlType type, int tokens)
    {
        const int Columns = 768;
        using var weights = new TestWeights(new Random(1), type, 64, Columns, ActivationType.Int8);
        using var team = new ThreadTeam(2);
        using var multiplier = new MatrixMultiplier(team);
        using var x = new AlignedMemory<float>(tokens * Columns);
        using var y = new AlignedMemory<float>(tokens * 64);
        multiplier.Multiply(x.Pointer, tokens, Columns, [new(weights.Matrix, y.Pointer, 64)]);
        var least = long.MaxValue;

        // A collection meanwhile counts the unused rest of the thread's buffer as allocated: the least of some tries counts.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var repeat = 0; repeat < 100; repeat++)
            {
                multiplier.Multiply(x.Pointer, tokens, Columns, [new(weights.Matrix, y.Pointer, 64)]);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Zero_tokens_do_nothing()
    {
        using var weights = new TestWeights(new Random(1), GgmlType.Q4_1, 8, 32, ActivationType.Int8);

        Assert.Empty(weights.Multiply([], 0, 8, threads: 2));
    }

    [Fact]
    public void Other_number_of_columns_is_refused_with_the_name_of_the_weights()
    {
        using var weights = new TestWeights(new Random(1), GgmlType.Q4_1, 8, 64, ActivationType.Int8);
        using var team = new ThreadTeam(1);
        using var multiplier = new MatrixMultiplier(team);
        var y = stackalloc float[8];

        var exception = Assert.Throws<ArgumentException>(
            () => multiplier.Multiply(y, 1, 32, [new MatrixProduct(weights.Matrix, y, 8)]));

        Assert.Contains("'test' have 64 columns", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stride_below_the_rows_is_refused()
    {
        using var weights = new TestWeights(new Random(1), GgmlType.Q4_1, 8, 64, ActivationType.Int8);
        var y = stackalloc float[8];

        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixProduct(weights.Matrix, y, 7));
    }

    [Fact]
    public void Use_after_dispose_is_refused()
    {
        var weights = new TestWeights(new Random(1), GgmlType.Q4_1, 8, 64, ActivationType.Int8);
        using var team = new ThreadTeam(1);
        var multiplier = new MatrixMultiplier(team);
        multiplier.Dispose();
        multiplier.Dispose();
        weights.Dispose();
        var y = stackalloc float[8];

        Assert.Throws<ObjectDisposedException>(() => multiplier.Multiply(y, 1, 64, []));
        Assert.Throws<ObjectDisposedException>(() => weights.Matrix.DequantizeRow(0, new float[64]));
    }
}
