using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Every kernel with 16-bit activations of this machine against its scalar twin, bit for bit.</summary>
public sealed unsafe class Int16KernelTests
{
    private static readonly BlockFormat Format = BlockFormat.Get(GgmlType.Q8_0);

    /// <summary>Positions in the format's list.</summary>
    public static TheoryData<int> Kernels => [.. Enumerable.Range(0, TestLadder.All(Format.Int16Ladder).Length)];

    [Fact]
    public void Last_kernel_is_scalar() =>
        Assert.Equal("Q8_0 R8 int16 scalar", Format.Int16Kernels().Last().Name);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_equals_scalar_bit_for_bit(int index)
    {
        int[] rowCounts = [1, 7, 8, 9, 16, 31, 32, 33, 64, 65, 129];
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var rows = rowCounts[random.Next(rowCounts.Length)];
            var columns = 32 * random.Next(1, 10);
            var tokens = random.Next(1, 11);
            var weights = TestData.Blocks(random, Format, rows, columns);
            var x = TestData.Uniform(random, tokens * columns, MathF.Pow(2, random.Next(-8, 8)));
            if (seed % 4 == 0)
            {
                x[random.Next(x.Length)] = seed % 8 == 0 ? float.NaN : float.PositiveInfinity;
                x[random.Next(x.Length)] = -0f;
            }

            var expected = Multiply(Format.Int16Kernels().Last(), weights, rows, columns, x, tokens);
            var actual = Multiply(TestLadder.All(Format.Int16Ladder)[index], weights, rows, columns, x, tokens);

            TestData.AssertSameBits(expected, actual, $"seed {seed}, {rows}x{columns}, {tokens} tokens");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_does_not_overflow_at_the_largest_quants(int index)
    {
        const int Rows = 8;
        const int Columns = 96;
        const int Tokens = 5;
        foreach (var quant in (byte[])[0x00, 0x7F, 0x80, 0xFF])
        {
            foreach (var sign in (float[])[1, -1])
            {
                var weights = TestData.Blocks(new Random(3), Format, Rows, Columns);
                for (var i = 0; i < weights.Length; i++)
                {
                    weights[i] = i % Format.BlockBytes < sizeof(ushort) ? weights[i] : quant;
                }

                var x = Enumerable.Repeat(sign, Tokens * Columns).ToArray();
                var values = new float[Rows * Columns];
                Format.Dequantize(weights, values);

                var actual = Multiply(TestLadder.All(Format.Int16Ladder)[index], weights, Rows, Columns, x, Tokens);

                for (var i = 0; i < actual.Length; i++)
                {
                    var row = values.AsSpan(i % Rows * Columns, Columns).ToArray();
                    var expected = row.Sum(v => (double)v * sign);
                    var magnitude = row.Sum(v => Math.Abs((double)v));
                    Assert.True(
                        Math.Abs(expected - actual[i]) <= 1e-6 * (magnitude + 1),
                        $"quant {quant:X2}, sign {sign}, output {i}: expected {expected:R}, got {actual[i]:R}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Token_panels_of_wide_rows_join_without_a_gap(int index)
    {
        const int Rows = 16;
        const int Columns = 32 * 20;
        const int Tokens = 135; // more than are multiplied at once
        var random = new Random(17);
        var weights = TestData.Blocks(random, Format, Rows, Columns);
        var x = TestData.Uniform(random, Tokens * Columns);

        var actual = Multiply(TestLadder.All(Format.Int16Ladder)[index], weights, Rows, Columns, x, Tokens);

        for (var token = 0; token < Tokens; token++)
        {
            var alone = Multiply(
                Format.Int16Kernels().Last(), weights, Rows, Columns, x[(token * Columns)..((token + 1) * Columns)], 1);
            TestData.AssertSameBits(alone, actual.AsSpan(token * Rows, Rows), $"token {token}");
        }
    }

    private static float[] Multiply(MatrixKernel kernel, byte[] weights, int rows, int columns, float[] x, int tokens)
    {
        using var buffer = new AlignedMemory<byte>(Int16Activations.Bytes(tokens, columns));
        using var packed = new AlignedMemory<byte>(kernel.PackedBytes(rows, columns));
        using var scratch = new AlignedMemory<float>(kernel.ScratchLength(columns));
        var activations = new Int16Activations(buffer.Pointer, tokens, columns);
        var y = Enumerable.Repeat(-7f, tokens * rows).ToArray();
        fixed (byte* source = weights)
        fixed (float* px = x, output = y)
        {
            for (var token = 0; token < tokens; token++)
            {
                activations.Quantize(px, token);
            }

            Assert.True(kernel.Pack(source, rows, columns, 0, kernel.PanelCount(rows), packed.Pointer));
            var call = new KernelCall(
                packed.Pointer, rows, columns, new Activations { Rows = activations }, tokens, output, rows);
            var chunks = kernel.ChunkCount(rows, tokens);
            var atOnce = kernel.ChunksAtOnce(tokens);
            for (var chunk = 0; chunk < chunks; chunk += atOnce)
            {
                kernel.MultiplyChunks(call, chunk, Math.Min(chunk + atOnce, chunks), scratch.Pointer);
            }
        }

        return y;
    }
}
