namespace Cairn.Retrieval.Indexing;

/// <summary>Stages of a sync.</summary>
public enum IngestionStage
{
    /// <summary>Listing the folder and comparing it with the index.</summary>
    Scanning,

    /// <summary>Reading files and cutting them into chunks.</summary>
    Reading,

    /// <summary>Embedding chunks.</summary>
    Embedding,

    /// <summary>Everything is in the index.</summary>
    Done,
}
