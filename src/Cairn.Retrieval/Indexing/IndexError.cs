namespace Cairn.Retrieval.Indexing;

/// <summary>Why an index cannot be used.</summary>
public enum IndexError
{
    /// <summary>Another process holds it; trying again later helps.</summary>
    Locked,

    /// <summary>The file is damaged.</summary>
    Corrupt,

    /// <summary>The file is not an index of Cairn.</summary>
    Foreign,

    /// <summary>The file was written by a newer version of Cairn.</summary>
    Newer,

    /// <summary>The index belongs to another folder.</summary>
    OtherFolder,

    /// <summary>Its vectors belong to another embedding space; a sync builds the new one.</summary>
    OtherSpace,

    /// <summary>The file cannot be opened for writing.</summary>
    Denied,

    /// <summary>SQLite refused for another reason: a full disk, an input or output error.</summary>
    Failed,
}
