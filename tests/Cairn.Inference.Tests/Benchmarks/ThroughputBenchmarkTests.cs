using Cairn.Inference.Benchmarks;
using Cairn.Models.Adapters;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests.Benchmarks;

public sealed class ThroughputBenchmarkTests
{
    private const int MostJobsPerLayer = 5;
    private const int MostJobsBesides = 2;
    private const double MostReadPerFileByte = 1.06;

    private static readonly ThroughputSettings Settings = new("a", 1, 2, "Int8", "F16", 512, 128, 512, 1, "random", "");

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
        Assert.Equal(expected, new ThroughputReport(1, decode, 1, 1, [1], [decode], Settings, 1, 1).Grade);

    [Fact]
    public void Work_of_a_token_follows_from_the_sizes_of_the_matrices()
    {
        using LanguageModel model = LanguageModel.Load(SharedFiles.Model("smollm2-135m-instruct"), new ModelLoadOptions { Threads = 1 }, Token);

        // 30 layers of 576: q and o 576 x 576, k and v 192 x 576, three of 1,536 x 576; the tied output 49,152 x 576.
        const double Layers = 30.0 * 576 * ((2 * 576) + (2 * 192) + (3 * 1536));
        Assert.Equal(2 * Layers, model.Work.PrefillOperations);
        Assert.Equal(2 * (Layers + (49152.0 * 576)), model.Work.DecodeOperations);
        Assert.Equal(model.Weights.Sum(weights => (double)weights.ReadBytes), model.Work.WeightBytes);
        Assert.Equal(100 * 30 * 3 * 64 * 2 * 2, model.Work.KvBytes(100)); // 3 heads of 64, keys and values, 16 bits
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Decoded_token_costs_a_known_number_of_bytes_and_jobs_and_no_garbage(int sequences)
    {
        using LanguageModel model = LanguageModel.Load(SharedFiles.Model("smollm2-135m-instruct"), new ModelLoadOptions { Threads = 2 }, Token);
        using var group = new SequenceGroup(model.Transformer, sequences, 100, AdapterSet.Empty);
        for (int i = 0; i < sequences; i++)
            group.Append(i, [1, 2, 3], Token);

        group.Step(Token);
        group.Step(Token);
        long jobs = model.JobCount;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        group.Step(Token);

        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(model.JobCount - jobs, 1, (MostJobsPerLayer * 30) + MostJobsBesides);
        Assert.InRange(model.Work.WeightBytes / new FileInfo(model.Path).Length, 0.9, MostReadPerFileByte);
    }

    [Fact]
    public void Settings_that_differ_are_named_and_equal_ones_are_not()
    {
        Assert.Empty(Settings.DifferencesFrom(Settings with { }));
        string only = Assert.Single(Settings.DifferencesFrom(Settings with { Threads = 4 }));
        Assert.Equal("threads '2', earlier '4'", only);
        ThroughputSettings other = new("b", 2, 1, "Float32", "F32", 1, 2, 3, 4, "0123", "a@1");
        Assert.Equal(11, Settings.DifferencesFrom(other).Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 2)]
    [InlineData(60, 3)]
    public void Any_depth_and_number_of_sequences_gives_finite_rates(int depth, int sequences)
    {
        var options = new ThroughputOptions
        {
            PromptTokens = 20, GeneratedTokens = 2, Repeats = 1, Depth = depth, Sequences = sequences, Load = new ModelLoadOptions { Threads = 2 },
        };

        ThroughputReport report = ThroughputBenchmark.Run(SharedFiles.Model("smollm2-135m-instruct"), options, cancellationToken: Token);

        Assert.True(report.PrefillOperationsPerSecond > 0 && double.IsFinite(report.PrefillOperationsPerSecond));
        Assert.True(report.DecodeBytesPerSecond > 0 && double.IsFinite(report.DecodeBytesPerSecond));
        Assert.Equal((depth, sequences, 2), (report.Settings.Depth, report.Settings.Sequences, report.Settings.Threads));
    }
}
