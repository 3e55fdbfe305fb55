using Xunit;

namespace Cairn.Tensors.Tests.LowRank;

public sealed class LowRankSumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sum_equals_the_scalar_one_for_all_lengths_and_ranks(int seed)
    {
        var random = new Random(seed);
        for (var length = 0; length <= 257; length++)
        {
            var rank = random.Next(0, 20);
            var stride = length + random.Next(0, 3);
            var factors = Values(random, rank);
            var rows = Values(random, (rank * stride) + length);
            var expected = Values(random, length);
            var actual = expected.ToArray();
            LowRankSum.Scalar(factors, rows, stride, expected);
            LowRankSum.Add(factors, rows, stride, actual);
            for (var i = 0; i < length; i++)
            {
                Assert.True(expected[i].Equals(actual[i]), $"seed {seed}, length {length}, rank {rank}, {i}: expected {expected[i]:R}, got {actual[i]:R}");
            }
        }
    }

    [Fact]
    public void Odd_numbers_stay_where_they_are()
    {
        float[] y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
        var rows = new float[y.Length];
        (rows[3], rows[8], rows[16]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        LowRankSum.Add([2], rows, rows.Length, y);
        Assert.Equal([1, 2, 3, float.NaN, 5, 6, 7, 8, float.PositiveInfinity, 10, 11, 12, 13, 14, 15, 16, float.NegativeInfinity], y);
    }

    [Fact]
    public void Rows_that_are_too_short_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LowRankSum.Add([1, 2], new float[7], 4, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LowRankSum.Add([1, 2], new float[8], 3, new float[4]));
    }

    private static float[] Values(Random random, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++) values[i] = (random.NextSingle() - 0.5f) * 4;
        return values;
    }
}
