using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Cairn.Benchmarks;

/// <summary>
/// A short job in this process: five timings of a tenth of a second after two that warm up. Beside time and garbage: GB/s,
/// Gop/s and the share of what the machine can do at most with the same work.
/// </summary>
internal abstract class KernelConfig : ManualConfig
{
    protected KernelConfig(Func<BenchmarkCase, Work> work, int? threads = null)
    {
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(2).WithIterationCount(5).WithIterationTime(TimeInterval.FromMilliseconds(100)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(
            new RateColumn("GB/s", (benchmark, time) => work(benchmark).Bytes / time),
            new RateColumn("Gop/s", (benchmark, time) => work(benchmark).Operations / time),
            new RateColumn("% of limit", (benchmark, time) => 100 * Machine.LeastNanoseconds(work(benchmark), threads ?? Machine.Threads) / time));
    }

    /// <summary>A parameter of a benchmark.</summary>
    protected static T Parameter<T>(BenchmarkCase benchmark, string name) => (T)benchmark.Parameters[name];
}
