using Xunit;

namespace Cairn.Inference.Tests;

public sealed class LogProbabilitiesTests
{
    [Theory]
    [InlineData(new[] { 0f, 0f }, 0.693147)]
    [InlineData(new[] { 1000f, 1001f }, 1001.313262)]
    [InlineData(new[] { -1e30f, 2f }, 2.0)]
    [InlineData(new[] { float.NegativeInfinity, -3f }, -3.0)]
    public void LogSumExp_equals_the_formula(float[] logits, double expected) =>
        Assert.Equal(expected, LogProbabilities.LogSumExp(logits), 1e-4);

    [Fact]
    public void LogSumExp_of_a_long_row_equals_a_sum_in_double_precision()
    {
        var random = new Random(5);
        float[] logits = [.. Enumerable.Range(0, 49_152).Select(_ => (float)(random.NextDouble() * 30))];
        double expected = Math.Log(logits.Sum(logit => Math.Exp(logit - 15))) + 15;
        Assert.Equal(expected, LogProbabilities.LogSumExp(logits), 1e-6);
    }

    [Fact]
    public void Top_lists_the_best_first_and_lower_ids_before_equals()
    {
        TokenProbability[] top = LogProbabilities.Top([1, 5, 3, 5, -2], 0, 3);
        Assert.Equal([1, 3, 2], top.Select(entry => entry.Id));
        Assert.Equal([5f, 5f, 3f], top.Select(entry => entry.LogProbability));
    }

    [Fact]
    public void Top_gives_no_more_than_there_are() => Assert.Equal(2, LogProbabilities.Top([1, 2], 0, 10).Length);
}
