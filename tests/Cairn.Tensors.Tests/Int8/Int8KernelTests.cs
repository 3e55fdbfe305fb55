using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Every integer kernel of this machine, and the emulated ones, against its scalar twin, bit for bit.</summary>
public sealed unsafe class Int8KernelTests
{
    /// <summary>Kernels as (type, position in the list of <see cref="TestLadder"/>).</summary>
    public static TheoryData<GgmlType, int> Kernels
    {
        get
        {
            var data = new TheoryData<GgmlType, int>();
            foreach (var format in BlockFormat.All)
            {
                for (var i = 0; i < TestLadder.All(format.Int8Ladder).Length; i++)
                {
                    data.Add(format.Type, i);
                }
            }

            return data;
        }
    }

    [Fact]
    public void Last_kernel_of_a_format_is_scalar() =>
        Assert.All(
            BlockFormat.All.Where(f => f.Int8Kernels().Any()),
            f => Assert.EndsWith("scalar", f.Int8Kernels().Last().Name, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_equals_scalar_bit_for_bit(GgmlType type, int index)
    {
        var format = BlockFormat.Get(type);
        int[] rowCounts = [1, 7, 8, 9, 16, 31, 32, 33, 64, 65, 129];
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var rows = rowCounts[random.Next(rowCounts.Length)];
            var columns = Unit(format) * random.Next(1, 10);
            var tokens = random.Next(1, 11);
            var weights = TestData.Blocks(random, format, rows, columns);
            var x = TestData.Uniform(random, tokens * columns, MathF.Pow(2, random.Next(-8, 8)));
            if (seed % 4 == 0)
            {
                x[random.Next(x.Length)] = seed % 8 == 0 ? float.NaN : float.PositiveInfinity;
                x[random.Next(x.Length)] = -0f;
            }

            var expected = Multiply(format.Int8Kernels().Last(), weights, rows, columns, x, tokens, rows + 3);
            var actual = Multiply(TestLadder.All(format.Int8Ladder)[index], weights, rows, columns, x, tokens, rows + 3);

            TestData.AssertSameBits(expected, actual, $"{type}, seed {seed}, {rows}x{columns}, {tokens} tokens");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_equals_scalar_over_several_panels_of_tokens(GgmlType type, int index)
    {
        const int Rows = 35;
        var format = BlockFormat.Get(type);
        var columns = 2 * Unit(format);
        foreach (var tokens in (int[])[63, 64, 65, 67, 68, 131])
        {
            var random = new Random(tokens);
            var weights = TestData.Blocks(random, format, Rows, columns);
            var x = TestData.Uniform(random, tokens * columns);

            var expected = Multiply(format.Int8Kernels().Last(), weights, Rows, columns, x, tokens, Rows);
            var actual = Multiply(TestLadder.All(format.Int8Ladder)[index], weights, Rows, columns, x, tokens, Rows);

            TestData.AssertSameBits(expected, actual, $"{type}, {tokens} tokens");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_equals_scalar_with_extreme_scales(GgmlType type, int index)
    {
        const int Rows = 19;
        const int Tokens = 7;
        float[] extremes = [0, -0f, 65504, -65504, 5.9604645e-8f, -5.9604645e-8f, 6.1035156e-5f, 1];
        float[] magnitudes = [1e-38f, 1e-35f, 1e-6f, 1, 2e4f, 1e30f];
        var format = BlockFormat.Get(type);
        var columns = 3 * Unit(format);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var weights = TestData.Blocks(random, format, Rows, columns);
            for (var start = 0; start < weights.Length; start += format.BlockBytes)
            {
                foreach (var offset in TestData.ScaleOffsets(type))
                {
                    BitConverter.TryWriteBytes(weights.AsSpan(start + offset), (Half)extremes[random.Next(extremes.Length)]);
                }
            }

            float[] x = [.. TestData.Uniform(random, Tokens * columns).Select(v => v * magnitudes[random.Next(magnitudes.Length)])];
            if (seed % 2 == 0)
            {
                x = TestData.Uniform(random, Tokens * columns, magnitudes[random.Next(magnitudes.Length)]);
            }

            var expected = Multiply(format.Int8Kernels().Last(), weights, Rows, columns, x, Tokens, Rows);
            var actual = Multiply(TestLadder.All(format.Int8Ladder)[index], weights, Rows, columns, x, Tokens, Rows);

            TestData.AssertSameBits(expected, actual, $"{type}, seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_does_not_saturate_at_the_largest_quants(GgmlType type, int index)
    {
        const int Rows = 8;
        const int Tokens = 5;
        var format = BlockFormat.Get(type);
        var columns = 3 * Unit(format);
        foreach (var quant in (byte[])[0x00, 0x7F, 0x80, 0xFF, 0xF0, 0x0F])
        {
            foreach (var sign in (float[])[1, -1])
            {
                var weights = TestData.Blocks(new Random(3), format, Rows, columns);
                for (var i = 0; i < weights.Length; i++)
                {
                    weights[i] = TestData.IsScaleByte(type, i % format.BlockBytes) ? weights[i] : quant;
                }

                var x = Enumerable.Repeat(127f * sign, Tokens * columns).ToArray();
                var values = new float[Rows * columns];
                format.Dequantize(weights, values);

                var actual = Multiply(TestLadder.All(format.Int8Ladder)[index], weights, Rows, columns, x, Tokens, Rows);

                for (var i = 0; i < actual.Length; i++)
                {
                    var row = values.AsSpan(i % Rows * columns, columns).ToArray();
                    var expected = row.Sum(v => (double)v * 127 * sign);
                    var magnitude = row.Sum(v => Math.Abs((double)v) * 127);
                    Assert.True(
                        Math.Abs(expected - actual[i]) <= 1e-6 * (magnitude + 1),
                        $"{type}, quant {quant:X2}, sign {sign}, output {i}: expected {expected:R}, got {actual[i]:R}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Packed_rows_dequantise_to_the_same_values(GgmlType type, int index)
    {
        var format = BlockFormat.Get(type);
        var kernel = TestLadder.All(format.Int8Ladder)[index];
        foreach (var (rows, units) in (ReadOnlySpan<(int, int)>)[(1, 1), (8, 2), (9, 3), (37, 9)])
        {
            var columns = units * Unit(format);
            var weights = TestData.Blocks(new Random(rows), format, rows, columns);
            var expected = new float[rows * columns];
            var actual = new float[rows * columns];
            format.Dequantize(weights, expected);
            var packed = new byte[kernel.PackedBytes(rows, columns)];
            fixed (byte* source = weights, target = packed)
            {
                Assert.True(kernel.Pack(source, rows, columns, 0, kernel.PanelCount(rows), target));
                for (var row = 0; row < rows; row++)
                {
                    kernel.DequantizeRow(target, rows, columns, row, actual.AsSpan(row * columns, columns));
                }
            }

            TestData.AssertSameBits(expected, actual, $"{type}, {rows}x{columns}");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dot_equals_the_reference_within_a_millionth_of_the_sum_of_magnitudes(GgmlType type, int index)
    {
        const int Rows = 16;
        const int Columns = 256;
        var kernel = TestLadder.All(BlockFormat.Get(type).Int8Ladder)[index];
        var activationType = kernel.Form == ActivationForm.SuperBlocks ? "q8_K"
            : type is GgmlType.Q4_1 or GgmlType.Q5_1 ? "q8_1"
            : "q8_0";
        var weights = GoldenTensors.Open("ggml").Bytes($"{type}").ToArray();
        var golden = GoldenTensors.Open("activations");
        var order = golden.Read<int>("order");
        var expected = golden.Read<double>($"{type}.dot_{activationType}");
        var magnitudes = golden.Read<double>($"{type}.abs_sum");
        using var buffer = new AlignedMemory<byte>(Int8Activations.Bytes(Rows, Columns, kernel.Form));
        foreach (var tokens in (int[])[Rows, Rows - 1]) // in tiles, and with tokens left over
        {
            var activations = new Int8Activations(buffer.Pointer, tokens, Columns, kernel.Form);
            if (kernel.Form == ActivationForm.SuperBlocks)
            {
                ReferenceSuperBlocks.Store(golden.Bytes("q8_K"), activations, tokens);
            }
            else
            {
                StoreReferenceBlocks(golden.Bytes("q8_0"), activations, tokens, Columns);
            }

            var actual = Multiply(kernel, weights, Rows, Columns, activations, tokens, Rows);

            for (var row = 0; row < Rows; row++)
            {
                if (order[row] < tokens)
                {
                    var difference = Math.Abs(expected[row] - actual[(order[row] * Rows) + row]);
                    Assert.True(
                        difference <= 1e-6 * magnitudes[row],
                        $"{type}, row {row}: expected {expected[row]:R}, got {actual[(order[row] * Rows) + row]:R}, {difference / magnitudes[row]:E1} of the magnitudes");
                }
            }
        }
    }

    /// <summary>Columns of the activations' blocks, which the weights' rows are multiples of.</summary>
    private static int Unit(BlockFormat format) => Math.Max(32, format.BlockSize);

    // The reference's activation blocks, whose scales are rounded to f16, in the layout of the kernels.
    private static void StoreReferenceBlocks(ReadOnlySpan<byte> blocks, Int8Activations activations, int tokens, int columns)
    {
        var source = MemoryMarshal.Cast<byte, BlockQ8_0>(blocks);
        for (var i = 0; i < tokens * columns / 32; i++)
        {
            var block = i % (columns / 32);
            var token = activations.Blocks(i / (columns / 32));
            var quants = source[i].Quants;
            token.Scale(block) = (float)source[i].Scale;
            token.Store(block, (sbyte*)&quants);
            token.Sum(block) = Enumerable.Range(0, 32).Sum(k => token.Quant(block, k));
        }
    }

    private static float[] Multiply(MatrixKernel kernel, byte[] weights, int rows, int columns, float[] x, int tokens, int stride)
    {
        using var buffer = new AlignedMemory<byte>(Int8Activations.Bytes(tokens, columns, kernel.Form));
        var activations = new Int8Activations(buffer.Pointer, tokens, columns, kernel.Form);
        fixed (float* px = x)
        {
            for (var tile = 0; tile < activations.TileCount; tile++)
            {
                activations.Quantize(px, tile);
            }
        }

        return Multiply(kernel, weights, rows, columns, activations, tokens, stride);
    }

    private static float[] Multiply(
        MatrixKernel kernel, byte[] weights, int rows, int columns, Int8Activations activations, int tokens, int stride)
    {
        var y = Enumerable.Repeat(-7f, tokens * stride).ToArray();
        using var packed = new AlignedMemory<byte>(kernel.PackedBytes(rows, columns));
        using var scratch = new AlignedMemory<float>(kernel.ScratchLength(columns));
        scratch.AsSpan().Fill(float.NaN);
        fixed (byte* source = weights)
        fixed (float* output = y)
        {
            Assert.True(kernel.Pack(source, rows, columns, 0, kernel.PanelCount(rows), packed.Pointer));
            var call = new KernelCall(
                packed.Pointer,
                rows,
                columns,
                new Activations { Blocks = activations, SuperBlocks = activations },
                tokens,
                output,
                stride);
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
