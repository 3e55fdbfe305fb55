using Cairn.Inference.Comparison;
using Xunit;

namespace Cairn.Inference.Tests.Comparison;

public sealed class DivergenceTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1023)]
    [InlineData(3, 1025)]
    [InlineData(4, 49152)]
    public void Divergence_equals_the_definition(int seed, int count)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 20) - 10)];
        float[] y = [.. x.Select(value => value + (0.2f * (random.NextSingle() - 0.5f)) + 3)];

        double divergence = Divergence.KullbackLeibler(x, LogProbabilities.LogSumExp(x), y, LogProbabilities.LogSumExp(y));

        double expected = Definition(x, y);
        Assert.True(Math.Abs(divergence - expected) < 1e-6 + (1e-3 * expected), $"seed {seed}: {divergence}, expected {expected}");
    }

    [Fact]
    public void Divergence_of_equal_logits_is_zero()
    {
        float[] x = [1, -2, 30, 0.5f];

        Assert.Equal(0, Divergence.KullbackLeibler(x, LogProbabilities.LogSumExp(x), x, LogProbabilities.LogSumExp(x)));
    }

    private static double Definition(float[] x, float[] y)
    {
        double[] p = Softmax(x);
        double[] q = Softmax(y);
        return p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
    }

    private static double[] Softmax(float[] logits)
    {
        double[] powers = [.. logits.Select(value => Math.Exp(value))];
        double sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }
}
