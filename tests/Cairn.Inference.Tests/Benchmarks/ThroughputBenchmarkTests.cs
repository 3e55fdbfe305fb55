using Cairn.Inference.Benchmarks;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests.Benchmarks;

public sealed class ThroughputBenchmarkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_reports_every_repeat_and_their_median()
    {
        var options = new ThroughputOptions { PromptTokens = 40, GeneratedTokens = 4, Repeats = 3, Load = new ModelLoadOptions { Threads = 2 } };

        ThroughputReport report = ThroughputBenchmark.Run(SharedFiles.Model("smollm2-135m-instruct"), options, cancellationToken: Token);

        Assert.Equal(3, report.PrefillRuns.Count);
        Assert.Equal(report.PrefillRuns.Order().ElementAt(1), report.PrefillTokensPerSecond);
        Assert.Equal(report.DecodeRuns.Order().ElementAt(1), report.DecodeTokensPerSecond);
        Assert.True(report.LoadSeconds > 0);
        Assert.True(report.PeakResidentBytes > 50_000_000);
    }

    [Fact]
    public void Run_refuses_what_does_not_fit()
    {
        var options = new ThroughputOptions { PromptTokens = 8000, GeneratedTokens = 200 };
        Assert.Throws<ContextOverflowException>(
            () => ThroughputBenchmark.Run(SharedFiles.Model("smollm2-135m-instruct"), options, cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ThroughputBenchmark.Run("x", new ThroughputOptions { Repeats = 0 }, cancellationToken: Token));
    }

    [Theory]
    [InlineData(40.0, ThroughputGrade.Excellent)]
    [InlineData(39.9, ThroughputGrade.Good)]
    [InlineData(30.0, ThroughputGrade.Good)]
    [InlineData(20.0, ThroughputGrade.Fair)]
    [InlineData(19.9, ThroughputGrade.Slow)]
    public void Grade_follows_the_decode_speed(double decode, ThroughputGrade expected) =>
        Assert.Equal(expected, new ThroughputReport(1, decode, 1, 1, [1], [decode]).Grade);
}
