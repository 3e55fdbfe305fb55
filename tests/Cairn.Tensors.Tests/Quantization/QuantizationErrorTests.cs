using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>The table of error bounds, and what else every quantiser keeps to.</summary>
public sealed class QuantizationErrorTests
{
    private const int Columns = 4096;

    public static TheoryData<GgmlType> BlockTypes => [.. BlockFormat.All.Where(f => f.BlockSize > 1).Select(f => f.Type)];

    public static TheoryData<GgmlType> SearchedTypes =>
        [.. BlockFormat.All.Where(f => f.BlockSize > 1 && f.Type != GgmlType.Q8_0).Select(f => f.Type)];

    /// <summary>Root mean square error as a share of the values' own, without and with importance that varies a hundredfold.</summary>
    [Theory]
    [InlineData(GgmlType.Q8_0, 0.0057, 0.0058)]
    [InlineData(GgmlType.Q6_K, 0.0175, 0.0165)]
    [InlineData(GgmlType.Q5_1, 0.0400, 0.0330)]
    [InlineData(GgmlType.Q5_0, 0.0455, 0.0395)]
    [InlineData(GgmlType.Q5_K, 0.0365, 0.0340)]
    [InlineData(GgmlType.Q4_1, 0.0830, 0.0660)]
    [InlineData(GgmlType.Q4_0, 0.0910, 0.0800)]
    [InlineData(GgmlType.Q4_K, 0.0740, 0.0650)]
    [InlineData(GgmlType.IQ4_NL, 0.0770, 0.0710)]
    [InlineData(GgmlType.Q3_K, 0.1520, 0.1400)]
    [InlineData(GgmlType.Q2_K, 0.2700, 0.2250)]
    public void Error_on_normal_data_stays_within_the_bound_of_the_format(GgmlType type, double bound, double weightedBound)
    {
        var format = BlockFormat.Get(type);
        for (var seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var values = TestData.Normal(random, Columns, MathF.Pow(10, seed - 2));
            var importance = TestData.Importance(random, Columns);
            var scale = QuantizationError.RootMeanSquare(values, new float[Columns]);

            var error = QuantizationError.Measure(format, values) / scale;
            var weighted = QuantizationError.Measure(format, values, importance) / scale;

            Assert.True(error <= bound, $"{type}, seed {seed}: {error:F5} of the values");
            Assert.True(weighted <= weightedBound, $"{type}, seed {seed}: {weighted:F5} of the values, weighted");
        }
    }

    [Theory]
    [MemberData(nameof(SearchedTypes))]
    public void Importance_lowers_the_weighted_error(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        for (var seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var values = TestData.Normal(random, Columns, 0.1f);
            var importance = TestData.Importance(random, Columns);
            var plain = QuantizationError.RootMeanSquare(values, QuantizationError.RoundTrip(format, values), importance);

            var weighted = QuantizationError.Measure(format, values, importance);

            Assert.True(weighted < 0.95 * plain, $"{type}, seed {seed}: {weighted:G5} with importance, {plain:G5} without");
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Unit_of_the_importance_does_not_matter(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        var random = new Random(3);
        var values = TestData.Normal(random, 512, 0.1f);
        var importance = TestData.Importance(random, 512);
        var (first, second) = (new byte[format.RowBytes(512)], new byte[format.RowBytes(512)]);

        format.Quantize(values, first, importance);
        format.Quantize(values, second, [.. importance.Select(w => w * MathF.Pow(2, -60))]);

        Assert.Equal(first, second);
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Columns_without_any_importance_count_the_same(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        var values = TestData.Normal(new Random(4), 512, 0.1f);

        var error = QuantizationError.RootMeanSquare(values, QuantizationError.RoundTrip(format, values, new float[512]));

        Assert.True(error <= 1.0001 * QuantizationError.Measure(format, values), $"{type}: {error:G5}");
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Zeros_stay_zeros(GgmlType type)
    {
        var bytes = Enumerable.Repeat((byte)0xA5, (int)BlockFormat.Get(type).RowBytes(256)).ToArray();
        var output = Enumerable.Repeat(7f, 256).ToArray();

        BlockFormat.Get(type).Quantize(new float[256], bytes);
        BlockFormat.Get(type).Dequantize(bytes, output);

        Assert.All(output, value => Assert.Equal(0, value));
    }

    /// <summary>Equal values cost the rounding of the scale to f16 and, in super-blocks, to a whole multiple: nothing more.</summary>
    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Equal_values_stay_nearly_equal(GgmlType type)
    {
        foreach (var value in (float[])[0.7f, -0.3f, 1, -1, 3e-3f, 1234.5f, -40000])
        {
            var output = QuantizationError.RoundTrip(BlockFormat.Get(type), Enumerable.Repeat(value, 256).ToArray());

            Assert.All(output, v => Assert.True(Math.Abs(v - value) <= 1e-3 * Math.Abs(value), $"{type}: {value} became {v}"));
        }
    }

    /// <summary>From values that f16 scales hardly hold to those that they just hold: never worse than writing zeros, never infinite.</summary>
    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Tiny_and_huge_values_are_no_worse_than_zeros(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        foreach (var scale in (float[])[float.Epsilon, 1e-38f, 1e-30f, 1e-20f, 1e-9f, 1e-7f, 1e-6f, 1e-5f, 1e4f, 60000f])
        {
            var values = TestData.Uniform(new Random(6), 512, scale);

            var output = QuantizationError.RoundTrip(format, values);

            Assert.All(output, value => Assert.True(float.IsFinite(value), $"{type}, {scale}: {value}"));
            var bound = QuantizationError.RootMeanSquare(values, new float[512]) + (2 * MathF.Pow(2, -24));
            Assert.True(QuantizationError.RootMeanSquare(values, output) <= bound, $"{type}, scale {scale}");
        }
    }

    /// <summary>The first trip loses the format's error; values that are already levels lose much less on the second.</summary>
    [Theory]
    [MemberData(nameof(SearchedTypes))]
    public void Second_trip_loses_less_than_the_first(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        for (var seed = 0; seed < 4; seed++)
        {
            var values = TestData.Normal(new Random(seed), Columns, 0.02f);
            var once = QuantizationError.RoundTrip(format, values);

            var lost = QuantizationError.Measure(format, once);

            Assert.True(
                lost <= 0.35 * QuantizationError.RootMeanSquare(values, once),
                $"{type}, seed {seed}: {lost / QuantizationError.RootMeanSquare(values, once):F3} of the first trip's error");
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Values_that_no_block_holds_are_refused(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        var bytes = new byte[format.RowBytes(256)];
        foreach (var value in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, -format.LargestValue * 1.01f])
        {
            var values = new float[256];
            values[77] = value;

            var exception = Assert.Throws<ArgumentException>(() => format.Quantize(values, bytes));

            Assert.Contains($"Value 77 is {value}; {type} holds", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Values_up_to_the_limit_are_held_whatever_stands_beside_them(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        var limit = format.LargestInAnyBlock;
        foreach (var (one, others) in new[] { (limit, 0f), (-limit, 0f), (limit, limit), (-limit, -limit), (limit, -limit), (-limit, limit) })
        {
            var values = Enumerable.Repeat(others, 256).ToArray();
            values[77] = one;

            var held = QuantizationError.RoundTrip(format, values);

            Assert.All(held, value => Assert.True(float.IsFinite(value), $"{type}: {one} among {others}"));
        }
    }

    [Fact]
    public void Minimum_that_f16_lacks_is_refused()
    {
        var values = Enumerable.Repeat(-100_000f, 32).ToArray();

        var exception = Assert.Throws<ArgumentException>(() => BlockFormat.Get(GgmlType.Q4_1).Quantize(values, new byte[20]));

        Assert.Contains("Q4_1 scale or minimum -100000", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Importance_that_is_no_weight_is_refused(float weight)
    {
        var importance = new float[256];
        importance[9] = weight;

        var exception = Assert.Throws<ArgumentException>(
            () => BlockFormat.Get(GgmlType.Q4_K).Quantize(new float[256], new byte[144], importance));

        Assert.Contains($"importance[9] is {weight}", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => BlockFormat.Get(GgmlType.Q4_K).Quantize(new float[256], new byte[144], new float[255]));
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Quantize_allocates_nothing(GgmlType type)
    {
        var format = BlockFormat.Get(type);
        var values = TestData.Uniform(new Random(1), 1024);
        var importance = TestData.Importance(new Random(2), 1024);
        var bytes = new byte[format.RowBytes(1024)];
        format.Quantize(values, bytes, importance);
        format.Quantize(values, bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        format.Quantize(values, bytes, importance);
        format.Quantize(values, bytes);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
