namespace Cairn.Fuzz;

/// <summary>What became of the mutations of one target.</summary>
public sealed class FuzzTally
{
    private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);

    /// <summary>Files that were tried.</summary>
    public int Count { get; private set; }

    /// <summary>Files that loaded all the same.</summary>
    public int Loaded { get; private set; }

    /// <summary>Refusals by kind.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>The slowest.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The largest allocation, in bytes.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>Counts one file.</summary>
    /// <param name="refusal">Kind of the refusal; null when it loaded.</param>
    /// <param name="time">How long it took.</param>
    /// <param name="allocated">What was allocated.</param>
    public void Add(string? refusal, TimeSpan time, long allocated)
    {
        Count++;
        if (refusal is null) Loaded++;
        else _refusals[refusal] = _refusals.GetValueOrDefault(refusal) + 1;
        if (time > Slowest) Slowest = time;
        MostAllocated = Math.Max(MostAllocated, allocated);
    }

    /// <summary>Adds what another thread counted.</summary>
    public void Add(FuzzTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        Loaded += other.Loaded;
        foreach (var (kind, count) in other._refusals) _refusals[kind] = _refusals.GetValueOrDefault(kind) + count;
        if (other.Slowest > Slowest) Slowest = other.Slowest;
        MostAllocated = Math.Max(MostAllocated, other.MostAllocated);
    }
}
