using System.Runtime.Intrinsics.X86;
using Xunit;

namespace Cairn.Tensors.Tests;

public sealed unsafe class Int16QuantizerTests
{
    [Fact]
    public void Vectors_equal_scalar()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var columns = 32 * random.Next(1, 10);
            var x = TestData.Uniform(random, columns + 1, MathF.Pow(2, random.Next(-30, 30)));
            if (seed % 3 == 0)
            {
                // Ties: multiples of half a step of a row whose largest value is 32,767.
                x = [.. x.Select(_ => random.Next(-65534, 65535) / 2f)];
                x[1] = short.MaxValue;
            }

            for (var i = 0; i < seed % 5; i++)
            {
                float[] special = [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f, 3e38f];
                x[random.Next(x.Length)] = special[random.Next(special.Length)];
            }

            var (expected, actual) = (new short[columns], new short[columns]);
            fixed (float* px = &x[1]) // not aligned to a vector
            fixed (short* e = expected, a = actual)
            {
                var scale = Int16Quantizer.Scalar(px, columns, e);
                Assert.Equal(scale, Int16Quantizer.Vectors(px, columns, a));
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}");
                if (Avx2.IsSupported)
                {
                    actual.AsSpan().Fill(-1);
                    Assert.Equal(scale, Int16Quantizer.Vectors256(px, columns, a));
                    Assert.True(expected.AsSpan().SequenceEqual(actual), $"AVX2, seed {seed}");
                }
            }
        }
    }

    [Fact]
    public void Quants_times_scale_are_the_values_within_half_a_step()
    {
        const int Columns = 96;
        var x = TestData.Uniform(new Random(7), Columns, 3);
        var quants = new short[Columns];
        fixed (float* px = x)
        fixed (short* q = quants)
        {
            var scale = Int16Quantizer.Apply(px, Columns, q);

            Assert.Equal(x.Max(MathF.Abs) / 32767, scale);
            int[] order = [0, 2, 1, 3];
            for (var i = 0; i < Columns; i++)
            {
                Assert.Equal(x[i], scale * quants[(i & ~3) + order[i & 3]], 0.5001f * scale);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.NaN)]
    [InlineData(1e-34f, 0f)]
    public void Row_without_a_finite_reciprocal_becomes_zeros_with_a_telling_scale(float largest, float scale)
    {
        var x = new float[32];
        x[9] = largest;
        var quants = Enumerable.Repeat((short)7, 32).ToArray();
        fixed (float* px = x)
        fixed (short* q = quants)
        {
            Assert.Equal(scale, Int16Quantizer.Apply(px, 32, q));
        }

        Assert.All(quants, quant => Assert.Equal(0, quant));
    }
}
