using System.Runtime.InteropServices;
using Xunit;

namespace Cairn.Tensors.Tests;

public sealed class BlockFormatTests
{
    public static TheoryData<GgmlType> Types => [.. BlockFormat.All.Select(f => f.Type)];

    [Theory]
    [InlineData(GgmlType.F32, 1, 4)]
    [InlineData(GgmlType.F16, 1, 2)]
    [InlineData(GgmlType.BF16, 1, 2)]
    [InlineData(GgmlType.Q8_0, 32, 34)]
    [InlineData(GgmlType.Q4_0, 32, 18)]
    [InlineData(GgmlType.Q4_1, 32, 20)]
    [InlineData(GgmlType.Q5_0, 32, 22)]
    [InlineData(GgmlType.Q5_1, 32, 24)]
    [InlineData(GgmlType.Q2_K, 256, 84)]
    [InlineData(GgmlType.Q3_K, 256, 110)]
    [InlineData(GgmlType.Q4_K, 256, 144)]
    [InlineData(GgmlType.Q5_K, 256, 176)]
    [InlineData(GgmlType.Q6_K, 256, 210)]
    [InlineData(GgmlType.IQ4_NL, 32, 18)]
    public void Block_has_the_size_of_the_file_format(GgmlType type, int values, int bytes)
    {
        var format = BlockFormat.Get(type);

        Assert.Equal((values, bytes), (format.BlockSize, format.BlockBytes));
        Assert.Equal(bytes * 768L / values, format.RowBytes(768));
    }

    [Theory]
    [InlineData(GgmlType.F16)]
    [InlineData(GgmlType.BF16)]
    public void Every_half_becomes_its_value(GgmlType type)
    {
        const int Count = 1 << 16;
        ushort[] bits = [.. Enumerable.Range(0, Count).Select(i => (ushort)i)];
        float[] expected = type == GgmlType.F16
            ? [.. bits.Select(b => (float)BitConverter.UInt16BitsToHalf(b))]
            : [.. bits.Select(b => BitConverter.UInt32BitsToSingle((uint)b << 16))];
        foreach (var start in (int[])[0, 5]) // with a tail that fills no vector
        {
            var actual = new float[Count - start];

            BlockFormat.Get(type).Dequantize(MemoryMarshal.AsBytes(bits.AsSpan(start)), actual);

            TestData.AssertSameBits(expected.AsSpan(start), actual, $"{type} from {start}");
        }
    }

    [Fact]
    public void Table_names_each_type_once()
    {
        Assert.Equal(BlockFormat.All.Count, BlockFormat.All.Select(f => f.Type).Distinct().Count());
        Assert.All(BlockFormat.All, f => Assert.Same(f, BlockFormat.Get(f.Type)));
        Assert.All(BlockFormat.All, f => Assert.Equal(f.Type.ToString(), f.Name));
    }

    [Fact]
    public void Get_of_an_unsupported_type_lists_the_supported_ones()
    {
        var exception = Assert.Throws<NotSupportedException>(() => BlockFormat.Get(GgmlType.I64));

        Assert.Contains("I64 (27)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL", exception.Message, StringComparison.Ordinal);
        Assert.False(BlockFormat.TryGet((GgmlType)999, out _));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(-32)]
    public void RowBytes_refuses_columns_that_are_not_whole_blocks(long columns) =>
        Assert.Throws<ArgumentException>(() => BlockFormat.Get(GgmlType.Q4_1).RowBytes(columns));

    [Theory]
    [MemberData(nameof(Types))]
    public void Conversions_refuse_lengths_that_do_not_match(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        var bytes = new byte[format.BlockBytes * 2];

        Assert.Throws<ArgumentException>(() => format.Dequantize(bytes, new float[format.BlockSize]));
        Assert.Throws<ArgumentException>(() => format.Quantize(new float[(format.BlockSize * 2) + 1], bytes));
        Assert.Throws<ArgumentException>(() => format.Dequantize(bytes.AsSpan(1), new float[format.BlockSize * 2]));
    }

    [Fact]
    public void Dequantize_equals_scalar()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            AssertDequantizes<BlockQ8_0>(random, GgmlType.Q8_0, Q8_0Format.Scalar);
            AssertDequantizes<BlockQ4_0>(random, GgmlType.Q4_0, Q4_0Format.Scalar);
            AssertDequantizes<BlockQ4_1>(random, GgmlType.Q4_1, Q4_1Format.Scalar);
            AssertDequantizes<BlockQ5_0>(random, GgmlType.Q5_0, Q5_0Format.Scalar);
            AssertDequantizes<BlockQ5_1>(random, GgmlType.Q5_1, Q5_1Format.Scalar);
            AssertDequantizes<BlockQ2_K>(random, GgmlType.Q2_K, Q2_KFormat.Scalar);
            AssertDequantizes<BlockQ3_K>(random, GgmlType.Q3_K, Q3_KFormat.Scalar);
            AssertDequantizes<BlockQ4_K>(random, GgmlType.Q4_K, Q4_KFormat.Scalar);
            AssertDequantizes<BlockQ5_K>(random, GgmlType.Q5_K, Q5_KFormat.Scalar);
            AssertDequantizes<BlockQ6_K>(random, GgmlType.Q6_K, Q6_KFormat.Scalar);
            AssertDequantizes<BlockIQ4_NL>(random, GgmlType.IQ4_NL, IQ4_NLFormat.Scalar);
        }
    }

    public static TheoryData<GgmlType> TypesWithOneScale =>
        [.. BlockFormat.All.Where(f => f.BlockSize < 256).Select(f => f.Type)];

    [Theory]
    [MemberData(nameof(TypesWithOneScale))]
    public void Quantize_of_own_values_keeps_them(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        for (var seed = 0; seed < 20; seed++)
        {
            var input = TestData.Uniform(new Random(seed), 768, MathF.Pow(2, seed - 10));
            var first = new byte[format.RowBytes(768)];
            var once = new float[768];
            var twice = new float[768];

            format.Quantize(input, first);
            format.Dequantize(first, once);
            format.Quantize(once, first);
            format.Dequantize(first, twice);

            var step = once.Max(MathF.Abs) / 512;
            TestData.AssertClose(once, twice, 0, step, $"{type}, seed {seed}");
        }
    }

    [Theory]
    [InlineData(GgmlType.F16)]
    [InlineData(GgmlType.BF16)]
    [InlineData(GgmlType.F32)]
    public void Floats_keep_infinities_nan_and_negative_zero(GgmlType type)
    {
        float[] input = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, -0f, 0f, 1f, -2.5f];
        var format = BlockFormat.Get(type);
        var bytes = new byte[format.RowBytes(input.Length)];
        var output = new float[input.Length];

        format.Quantize(input, bytes);
        format.Dequantize(bytes, output);

        TestData.AssertSameBits(input, output, $"{type}");
    }

    /// <summary>Largest |error| of a block as a share of its largest |value|: half a step, plus the f16 rounding of the scale.</summary>
    [Theory]
    [InlineData(GgmlType.Q8_0, 0.5 / 127 * 1.2)]
    [InlineData(GgmlType.Q4_0, 1.0 / 8 * 1.02)]
    [InlineData(GgmlType.Q4_1, 1.0 / 15 * 1.02)]
    public void Quantization_error_stays_within_the_bound_of_the_format(GgmlType type, double bound)
    {
        var format = BlockFormat.Get(type);
        for (var seed = 0; seed < 200; seed++)
        {
            var input = TestData.Uniform(new Random(seed), 32, MathF.Pow(10, (seed % 5) - 2));
            var bytes = new byte[format.BlockBytes];
            var output = new float[32];

            format.Quantize(input, bytes);
            format.Dequantize(bytes, output);

            var largest = input.Max(MathF.Abs);
            for (var i = 0; i < 32; i++)
            {
                Assert.True(
                    Math.Abs(input[i] - output[i]) <= bound * largest,
                    $"{type}, seed {seed}, value {i}: {input[i]:R} became {output[i]:R}");
            }
        }
    }

    private static void AssertDequantizes<TBlock>(Random random, GgmlType type, ScalarDequantizer<TBlock> scalar)
        where TBlock : unmanaged
    {
        var format = BlockFormat.Get(type);
        var blocks = random.Next(1, 10);
        var bytes = TestData.Blocks(random, format, 1, blocks * format.BlockSize);
        var expected = new float[blocks * format.BlockSize];
        var actual = new float[blocks * format.BlockSize];
        for (var i = 0; i < blocks; i++)
        {
            scalar(in MemoryMarshal.Cast<byte, TBlock>(bytes)[i], expected.AsSpan(i * format.BlockSize));
        }

        format.Dequantize(bytes, actual);

        TestData.AssertSameBits(expected, actual, $"{type}, {blocks} blocks");
    }

    private delegate void ScalarDequantizer<TBlock>(in TBlock block, Span<float> values);
}
