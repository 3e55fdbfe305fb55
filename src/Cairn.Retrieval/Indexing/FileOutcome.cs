namespace Cairn.Retrieval.Indexing;

/// <summary>What a sync did with a file.</summary>
public enum FileOutcome
{
    /// <summary>New in the index.</summary>
    Added,

    /// <summary>Its content changed, or it is read by a newer reader.</summary>
    Updated,

    /// <summary>Same content as at the last sync.</summary>
    Unchanged,

    /// <summary>Same content under a new path.</summary>
    Renamed,

    /// <summary>No longer in the folder.</summary>
    Removed,

    /// <summary>Not usable; the reason stands beside it.</summary>
    Failed,
}
