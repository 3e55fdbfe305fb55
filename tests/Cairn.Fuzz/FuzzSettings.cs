namespace Cairn.Fuzz;

/// <summary>What a run mutates, and how often.</summary>
public sealed record FuzzSettings
{
    /// <summary>Mutated files in all, shared out evenly among the targets.</summary>
    public int Mutations { get; init; } = 10_000;

    /// <summary>Seed of the run; mutation number n of a target depends on this and n only.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Number of the first mutation: a failure is seen again with its number here and one mutation.</summary>
    public int First { get; init; }

    /// <summary>Only targets whose name begins so; empty for all.</summary>
    public string Only { get; init; } = "";

    /// <summary>Threads that mutate and load.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Folder of the goldens, for more seeds; null for generated ones only.</summary>
    public string? Goldens { get; init; }

    /// <summary>Folder that gets a copy of every file that failed; null for none.</summary>
    public string? Keep { get; init; }

    /// <summary>Longest that one may take; a slower one is tried again a few times, because a machine may be busy.</summary>
    public TimeSpan MaximumTime { get; init; } = TimeSpan.FromSeconds(2);
}
