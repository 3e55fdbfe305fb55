using System.Numerics;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Element-wise kernels and norms against their scalar twins, lengths 0 to 257.</summary>
public sealed class ElementwiseTests
{
    private const int Lengths = 258;

    [Fact]
    public void SwiGlu_equals_scalar()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var random = new Random(length);
            var gate = TestData.Uniform(random, length, 12);
            var up = TestData.Uniform(random, length, 3);
            var expected = new float[length];
            SwiGlu.Scalar(gate, up, expected);

            SwiGlu.Apply(gate, up, gate); // in place

            TestData.AssertClose(expected, gate, 1e-6, 1e-9, $"length {length}");
        }
    }

    [Fact]
    public void Exponential_is_e_to_the_x_and_stays_finite_and_positive_below()
    {
        var width = Vector<float>.Count;
        for (var x = -87.3f; x < 88.3f; x += 0.0137f * width)
        {
            var input = Vector.CreateSequence(x, 0.0137f);

            var actual = Exponential.Of(input);

            for (var lane = 0; lane < width && input[lane] < 88.3f; lane++)
            {
                Assert.Equal(1, actual[lane] / Math.Exp(input[lane]), 2.5e-7);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(89f, float.PositiveInfinity)]
    [InlineData(0f, 1f)]
    public void Exponential_of_what_has_no_finite_result(float x, float expected) =>
        Assert.Equal(expected, Exponential.Of(new Vector<float>(x))[0]);

    [Theory]
    [InlineData(-88f)]
    [InlineData(-1e30f)]
    [InlineData(float.NegativeInfinity)]
    public void Exponential_of_very_negative_is_the_smallest_normal_number_or_so(float x) =>
        Assert.InRange(Exponential.Of(new Vector<float>(x))[0], 1.17e-38f, 1.2e-38f);

    [Fact]
    public void Gelu_equals_scalar()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var x = TestData.Uniform(new Random(length), length, 1 + (length % 8));
            var expected = new float[length];
            Gelu.Scalar(x, expected);

            Gelu.Apply(x, x);

            TestData.AssertClose(expected, x, 2e-7, 4e-7, $"length {length}");
        }
    }

    [Fact]
    public void Gelu_of_a_biased_input_has_the_bits_of_a_sum_before()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var random = new Random(length);
            var x = TestData.Uniform(random, length, 4);
            var bias = TestData.Uniform(random, length);
            var expected = x.Zip(bias, (a, b) => a + b).ToArray();
            Gelu.Apply(expected, expected);

            Gelu.ApplyBiased(x, bias, x); // in place

            TestData.AssertSameBits(expected, x, $"length {length}");
        }
    }

    [Fact]
    public void GeGlu_equals_scalar()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var random = new Random(length);
            var gate = TestData.Uniform(random, length, 8);
            var up = TestData.Uniform(random, length, 3);
            var expected = new float[length];
            GeGlu.Scalar(gate, up, expected);

            GeGlu.Apply(gate, up, gate); // in place

            TestData.AssertClose(expected, gate, 4e-7, 2e-6, $"length {length}");
        }
    }

    [Fact]
    public void GeluTanh_equals_scalar_with_and_without_a_gate()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var random = new Random(length);
            var gate = TestData.Uniform(random, length, 1 + (length % 12));
            var up = TestData.Uniform(random, length, 3);
            var expected = new float[length];
            var actual = new float[length];

            GeluTanh.Scalar(gate, expected);
            GeluTanh.Apply(gate, actual);
            TestData.AssertClose(expected, actual, 2e-6, 1e-7, $"length {length}");

            GeluTanh.ScalarGated(gate, up, expected);
            GeluTanh.ApplyGated(gate, up, gate); // in place
            TestData.AssertClose(expected, gate, 2e-6, 3e-7, $"gated, length {length}");
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, 0.8411920f)]
    [InlineData(-1f, -0.1588080f)]
    [InlineData(-1e30f, 0f)]
    [InlineData(1e30f, 1e30f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void GeluTanh_is_the_approximation_that_models_were_trained_with(float x, float expected)
    {
        var y = new float[1];

        GeluTanh.Apply([x], y);

        TestData.AssertClose([expected], y, 1e-6, 1e-7, $"gelu({x})");
    }

    [Fact]
    public void SoftCap_equals_scalar()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var x = TestData.Uniform(new Random(length), length, 100);
            var cap = 1 + (length % 50);
            var expected = new float[length];
            SoftCap.Scalar(x, cap, expected);

            SoftCap.Apply(x, cap, x);

            TestData.AssertClose(expected, x, 1e-6, 2e-7 * cap, $"length {length}");
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, 0.841344746f)]
    [InlineData(-1f, -0.158655254f)]
    [InlineData(3f, 2.995950f)]
    [InlineData(-20f, 0f)]
    [InlineData(50f, 50f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Gelu_is_x_times_the_normal_distribution(float x, float expected)
    {
        var y = new float[1];

        Gelu.Apply([x], y);

        TestData.AssertClose([expected], y, 1e-6, 1e-7, $"gelu({x})");
    }

    [Fact]
    public void RmsNorm_equals_scalar_for_every_row()
    {
        for (var dim = 1; dim < Lengths; dim++)
        {
            var random = new Random(dim);
            var x = TestData.Uniform(random, 3 * dim, 5);
            var gain = TestData.Uniform(random, dim);
            var expected = new float[3 * dim];
            for (var row = 0; row < 3; row++)
            {
                RmsNorm.Scalar(x.AsSpan(row * dim, dim), gain, 1e-5f, expected.AsSpan(row * dim, dim));
            }

            RmsNorm.Apply(x, gain, 1e-5f, x);

            TestData.AssertClose(expected, x, 2e-6, 1e-9, $"dim {dim}");
        }
    }

    [Fact]
    public void LayerNorm_equals_scalar_for_every_row()
    {
        for (var dim = 2; dim < Lengths; dim++)
        {
            var random = new Random(dim);
            var x = TestData.Uniform(random, 3 * dim, 5);
            var gain = TestData.Uniform(random, dim);
            var bias = TestData.Uniform(random, dim);
            var expected = new float[3 * dim];
            for (var row = 0; row < 3; row++)
            {
                LayerNorm.Scalar(x.AsSpan(row * dim, dim), gain, bias, 1e-12f, expected.AsSpan(row * dim, dim));
            }

            LayerNorm.Apply(x, gain, bias, 1e-12f, x);

            TestData.AssertClose(expected, x, 1e-5, 2e-6, $"dim {dim}");
        }
    }

    [Fact]
    public void Softmax_equals_scalar()
    {
        for (var length = 0; length < Lengths; length++)
        {
            var x = TestData.Uniform(new Random(length), length, 40);
            var expected = new float[length];
            Softmax.Scalar(x, expected);

            Softmax.Apply(x, x);

            TestData.AssertClose(expected, x, 2e-5, 1e-12, $"length {length}");
        }
    }

    [Fact]
    public void Softmax_of_large_scores_does_not_overflow()
    {
        var y = new float[2];

        Softmax.Apply([1000, 1001], y);

        TestData.AssertClose([0.26894142f, 0.7310586f], y, 1e-6, 0, "softmax");
    }

    [Fact]
    public void Softmax_of_a_masked_row_is_zero_and_masked_scores_get_nothing()
    {
        var y = new float[3];

        Softmax.Apply([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], y);
        Assert.Equal([0f, 0f, 0f], y);

        Softmax.Apply([float.NegativeInfinity, 2, 2], y);
        Assert.Equal([0f, 0.5f, 0.5f], y);
    }

    [Fact]
    public void Nan_stays_visible()
    {
        var y = new float[4];

        Softmax.Apply([1, float.NaN, 2, 3], y);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));

        RmsNorm.Apply([1, float.NaN, 2, 3], [1, 1, 1, 1], 1e-5f, y);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));

        SwiGlu.Apply([1, float.NaN, 2, 3], [1, 1, 1, 1], y);
        Assert.Equal([false, true, false, false], y.Select(float.IsNaN));
    }

    [Fact]
    public void Lengths_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SwiGlu.Apply(new float[3], new float[4], new float[3]));
        Assert.Throws<ArgumentException>(() => Gelu.Apply(new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => Softmax.Apply(new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => RmsNorm.Apply(new float[6], new float[4], 1e-5f, new float[6]));
        Assert.Throws<ArgumentException>(() => RmsNorm.Apply(new float[6], [], 1e-5f, new float[6]));
        Assert.Throws<ArgumentException>(() => LayerNorm.Apply(new float[6], new float[3], new float[2], 1e-5f, new float[6]));
    }

    [Fact]
    public void Result_does_not_depend_on_the_place_in_the_buffer()
    {
        var x = TestData.Uniform(new Random(9), 100, 4);
        var whole = new float[100];
        Gelu.Apply(x, whole);

        for (var i = 0; i < 100; i++)
        {
            var one = new float[1];
            Gelu.Apply(x.AsSpan(i, 1), one);
            TestData.AssertSameBits([whole[i]], one, $"index {i}");
        }
    }
}
