namespace Cairn.Retrieval.Indexing;

/// <summary>What an index holds.</summary>
/// <param name="Path">The SQLite file.</param>
/// <param name="Folder">The folder that it describes; null before the first sync.</param>
/// <param name="Documents">Documents.</param>
/// <param name="FailedFiles">Files of the folder that could not be read.</param>
/// <param name="Chunks">Chunks.</param>
/// <param name="Vectors">Vectors of the live space.</param>
/// <param name="TextCharacters">Characters of all documents.</param>
/// <param name="SizeInBytes">Size of the file and its write-ahead log.</param>
/// <param name="Space">The live embedding space; null before the first sync.</param>
/// <param name="LastSync">When the last sync ended; null before it.</param>
/// <param name="LastReceipt">The account of the last sync that was finished; null before it.</param>
public sealed record IndexStatus(
    string Path,
    string? Folder,
    int Documents,
    int FailedFiles,
    int Chunks,
    int Vectors,
    long TextCharacters,
    long SizeInBytes,
    EmbeddingSpace? Space,
    DateTimeOffset? LastSync,
    IngestionReceipt? LastReceipt);
