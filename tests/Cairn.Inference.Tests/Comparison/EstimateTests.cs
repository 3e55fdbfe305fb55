using Cairn.Inference.Comparison;
using Xunit;

namespace Cairn.Inference.Tests.Comparison;

public sealed class EstimateTests
{
    [Fact]
    public void Mean_has_the_normal_interval()
    {
        Estimate estimate = Estimate.OfMean([1, 2, 3, 4]);

        Assert.Equal(2.5, estimate.Value);
        Assert.Equal(1.96 * Math.Sqrt(5.0 / 3 / 4), estimate.High - 2.5, 1e-3); // s² = 5/3
        Assert.Equal(2.5 - estimate.Low, estimate.High - 2.5, 1e-12);
    }

    [Theory]
    [InlineData(26, 28, 0.774, 0.980)]
    [InlineData(0, 10, 0, 0.278)]
    [InlineData(10, 10, 0.722, 1)]
    public void Share_has_the_score_interval(int hits, int count, double low, double high)
    {
        Estimate estimate = Estimate.OfShare(hits, count);

        Assert.Equal((double)hits / count, estimate.Value);
        Assert.Equal(low, estimate.Low, 1e-3);
        Assert.Equal(high, estimate.High, 1e-3);
    }
}
