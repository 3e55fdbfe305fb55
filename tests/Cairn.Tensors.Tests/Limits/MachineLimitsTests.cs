using System.Runtime.Intrinsics.X86;
using Cairn.Tensors.Limits;
using Xunit;

namespace Cairn.Tensors.Tests.Limits;

/// <summary>What is measured, never how fast: each run checks the sum of its loop by itself.</summary>
public sealed class MachineLimitsTests
{
    private static readonly MachineLimitOptions Small = new()
    {
        Threads = 3, Runs = 2, MemoryMebibytes = 13, RunTime = TimeSpan.FromMilliseconds(0.1),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_loop_runs_on_one_two_and_all_threads_with_finite_rates()
    {
        var limits = MachineLimits.Measure(Small, cancellationToken: Token);

        Assert.Equal([1, 2, 3], limits.Limits.Select(limit => limit.Threads).Distinct());
        Assert.All(limits.Limits, limit =>
        {
            Assert.True(limit.Minimum > 0 && double.IsFinite(limit.Maximum), limit.ToString());
            Assert.InRange(limit.Median, limit.Minimum, limit.Maximum);
            Assert.Equal(2, limit.Runs);
        });
        LimitKind[] everywhere = [LimitKind.MemoryRead, LimitKind.CacheRead, LimitKind.FloatPeak];
        Assert.All(everywhere, kind => Assert.NotNull(limits.Best(kind, 3)));
        Assert.Equal(Avx2.IsSupported, limits.Best(LimitKind.Int8Peak, 1) is not null);
    }

    [Fact]
    public void Best_is_the_highest_median_of_its_kind_and_threads()
    {
        var limits = new MachineLimits(
        [
            new MachineLimit(LimitKind.MemoryRead, "a", 2, 10, 9, 11, 3),
            new MachineLimit(LimitKind.MemoryRead, "b", 2, 12, 9, 13, 3),
            new MachineLimit(LimitKind.MemoryRead, "c", 1, 20, 9, 30, 3),
            new MachineLimit(LimitKind.Int8Peak, "d", 2, 99, 9, 99, 3),
        ]);

        Assert.Equal("b", limits.Best(LimitKind.MemoryRead, 2)?.Name);
        Assert.Equal("d", limits.Best(LimitKind.Int8Peak, 2)?.Name);
        Assert.Null(limits.Best(LimitKind.MemoryRead, 4));
    }

    [Fact]
    public void Options_out_of_range_are_refused_before_any_work()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MachineLimits.Measure(new() { Threads = 0 }, cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => MachineLimits.Measure(new() { Runs = 0 }, cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => MachineLimits.Measure(new() { MemoryMebibytes = 0 }, cancellationToken: Token));
    }

    [Fact]
    public void Measuring_can_be_cancelled() =>
        Assert.Throws<OperationCanceledException>(() => MachineLimits.Measure(Small, cancellationToken: new CancellationToken(canceled: true)));
}
