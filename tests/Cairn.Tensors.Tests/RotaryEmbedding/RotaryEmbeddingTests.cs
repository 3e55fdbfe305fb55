using Cairn.Tensors.Tests.Attention;
using Xunit;

namespace Cairn.Tensors.Tests.Rotary;

public sealed unsafe class RotaryEmbeddingTests
{
    [Theory]
    [InlineData(64, 64, 0, false)]
    [InlineData(64, 64, 700, false)]
    [InlineData(24, 32, 5, false)]
    [InlineData(6, 10, 8191, false)]
    [InlineData(64, 64, 700, true)]
    [InlineData(24, 32, 5, true)]
    [InlineData(6, 10, 8191, true)]
    public void Apply_rotates_pairs_by_the_formula(int dimension, int headDim, int position, bool pairsHalves)
    {
        const int Heads = 3;
        const double Theta = 10_000;
        float[] x = AttentionFixture.Values(new Random(40), Heads * headDim, 1);
        float[] rotated = [.. x];
        using var rope = new Cairn.Tensors.RotaryEmbedding(dimension, Theta, 1, [], pairsHalves);
        rope.EnsurePositions(position + 1);
        fixed (float* values = rotated)
            rope.View.Apply(values, Heads, headDim, position);

        for (int i = 0; i < x.Length; i++)
        {
            int d = i % headDim;
            if (d >= dimension)
            {
                Assert.Equal(x[i], rotated[i]);
                continue;
            }

            int pair = pairsHalves ? d % (dimension / 2) : d / 2;
            bool isFirst = pairsHalves ? d < dimension / 2 : d % 2 == 0;
            int other = i + ((isFirst ? 1 : -1) * (pairsHalves ? dimension / 2 : 1));
            double angle = position * Math.Pow(Theta, -2.0 * pair / dimension);
            double sine = isFirst ? -Math.Sin(angle) : Math.Sin(angle);
            Assert.Equal((x[i] * Math.Cos(angle)) + (x[other] * sine), rotated[i], 1e-6);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Vector_path_equals_the_scalar_path(bool pairsHalves)
    {
        float[] x = AttentionFixture.Values(new Random(41), 4 * 80, 1);
        float[] scalar = [.. x];
        using var rope = new Cairn.Tensors.RotaryEmbedding(76, 500_000, 1, [], pairsHalves);
        rope.EnsurePositions(100);
        fixed (float* values = x)
            rope.View.Apply(values, 4, 80, 99);

        fixed (float* values = scalar)
            rope.View.Scalar(values, 4, 80, 99);

        for (int i = 0; i < x.Length; i++)
            Assert.Equal(scalar[i], x[i], 1e-6f);
    }

    [Fact]
    public void Linear_factor_and_divisors_slow_the_rotation_down()
    {
        float[] scaled = [1, 0, 1, 0];
        float[] plain = [1, 0, 1, 0];
        using var scaledRope = new Cairn.Tensors.RotaryEmbedding(4, 10_000, 4, [1, 2]);
        using var rope = new Cairn.Tensors.RotaryEmbedding(4, 10_000, 1, []);
        scaledRope.EnsurePositions(17);
        rope.EnsurePositions(17);
        fixed (float* a = scaled)
        fixed (float* b = plain)
        {
            scaledRope.View.Apply(a, 1, 4, 16);
            rope.View.Apply(b, 1, 4, 4);
        }

        Assert.Equal(plain[0], scaled[0], 1e-6f);
        Assert.Equal(Math.Cos(16 * 0.01 / 8), scaled[2], 1e-6);
    }

    [Fact]
    public void Magnitude_multiplies_what_is_rotated_and_nothing_else()
    {
        float[] x = [1, 2, 3];
        using var rope = new Cairn.Tensors.RotaryEmbedding([1.0], pairsHalves: false, magnitude: 2);
        rope.EnsurePositions(1);
        fixed (float* values = x)
            rope.View.Apply(values, 1, 3, 0);

        Assert.Equal([2, 4, 3], x);
    }

    [Fact]
    public void Yarn_keeps_fast_pairs_slows_slow_ones_and_blends_between()
    {
        double[] plain = RotaryFrequencies.Plain(32, 10_000);

        double[] yarn = RotaryFrequencies.Yarn(32, 10_000, 4, originalContext: 1024, betaFast: 32, betaSlow: 1);

        // Pair i turns 1024 · f_i / 2π times: pairs 0 to 2 more than 32 times, pairs from 9 on less than once.
        Assert.Equal(plain[..3], yarn[..3]);
        for (int i = 3; i < 9; i++)
            Assert.Equal(plain[i] * (1 - ((i - 2) / 7.0 * 0.75)), yarn[i], 1e-12);

        Assert.Equal(plain[9..].Select(f => f / 4), yarn[9..]);
    }

    [Fact]
    public void Tables_keep_their_values_when_they_grow()
    {
        float[] before = [0.5f, -0.25f];
        float[] after = [0.5f, -0.25f];
        using var rope = new Cairn.Tensors.RotaryEmbedding(2, 10_000, 1, []);
        rope.EnsurePositions(10);
        fixed (float* values = before)
            rope.View.Apply(values, 1, 2, 7);

        rope.EnsurePositions(5_000);
        fixed (float* values = after)
            rope.View.Apply(values, 1, 2, 7);

        Assert.Equal(before, after);
    }

    [Fact]
    public void Odd_dimensions_and_wrong_divisors_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Cairn.Tensors.RotaryEmbedding(3, 10_000, 1, []));
        Assert.Throws<ArgumentException>(() => new Cairn.Tensors.RotaryEmbedding(4, 10_000, 1, [1f]));
    }
}
