namespace Cairn.Tensors.Limits;

/// <summary>How the limits of a machine are measured.</summary>
public sealed class MachineLimitOptions
{
    /// <summary>Most threads; measured are 1, 2, 4 and so on, and this number.</summary>
    /// <value>1 to 1,024; default the processors of this process.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Timed runs of each measurement; one more warms up.</summary>
    /// <value>At least 1; default 15.</value>
    public int Runs { get; init; } = 15;

    /// <summary>Memory that is read for <see cref="LimitKind.MemoryRead"/>; should be many times the last cache.</summary>
    /// <value>MiB, 1 to 65,536; default 512.</value>
    public int MemoryMebibytes { get; init; } = 512;

    /// <summary>Least time of a run, the reading of memory excepted, which takes what one pass takes.</summary>
    /// <value>Default 10 ms.</value>
    public TimeSpan RunTime { get; init; } = TimeSpan.FromMilliseconds(10);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1, nameof(Threads));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, 1024, nameof(Threads));
        ArgumentOutOfRangeException.ThrowIfLessThan(Runs, 1, nameof(Runs));
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryMebibytes, 1, nameof(MemoryMebibytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MemoryMebibytes, 65_536, nameof(MemoryMebibytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(RunTime, TimeSpan.Zero, nameof(RunTime));
    }
}
