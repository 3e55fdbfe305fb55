using Cairn.Tensors.Limits;

namespace Cairn.Benchmarks;

/// <summary>The limits of this machine, measured once for all benchmarks of a run, and the threads that they use.</summary>
internal static class Machine
{
    private const long ThirdLevelBytes = 24 << 20; // what is read again and again stays in the last cache up to about this size

    private static readonly Lazy<MachineLimits> Limits =
        new(() => MachineLimits.Measure(new MachineLimitOptions { Threads = Threads, Runs = 7 }));

    /// <summary>Threads of the benchmarks that use several.</summary>
    public static int Threads { get; } = Math.Min(2, Environment.ProcessorCount);

    /// <summary>Least nanoseconds in which a machine with these limits does the work.</summary>
    /// <param name="work">The work.</param>
    /// <param name="threads">Threads that share it.</param>
    public static double LeastNanoseconds(Work work, int threads)
    {
        double read = work.IsCold || work.Bytes > ThirdLevelBytes
            ? Best(LimitKind.MemoryRead, threads)
            : Limits.Value.Limits.Where(l => l.Threads == threads && l.Name.StartsWith("L3", StringComparison.Ordinal)).Max(l => l.Median);
        return Math.Max(work.Bytes / read, work.Operations / Best(work.IsInteger ? LimitKind.Int8Peak : LimitKind.FloatPeak, threads));
    }

    private static double Best(LimitKind kind, int threads) => Limits.Value.Best(kind, threads)!.Median;
}
