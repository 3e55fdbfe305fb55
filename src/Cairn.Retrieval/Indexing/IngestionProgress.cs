namespace Cairn.Retrieval.Indexing;

/// <summary>How far a sync is.</summary>
/// <param name="Stage">What is done right now.</param>
/// <param name="FilesDone">Files finished.</param>
/// <param name="FilesTotal">Files found.</param>
/// <param name="ChunksEmbedded">Chunks embedded so far.</param>
/// <param name="Source">The file in hand; null between files.</param>
public sealed record IngestionProgress(
    IngestionStage Stage, int FilesDone, int FilesTotal, int ChunksEmbedded, string? Source);
