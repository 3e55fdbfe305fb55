namespace Cairn.Retrieval.Indexing;

/// <summary>The account of one sync: one line for every file.</summary>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="Started">When the sync began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Files">Every file found, and every one that went away, ordered by path.</param>
/// <param name="ChunksEmbedded">Chunks that the embedder had to read; the others kept their vectors.</param>
public sealed record IngestionReceipt(
    string Folder, DateTimeOffset Started, TimeSpan Duration, IReadOnlyList<FileReceipt> Files, int ChunksEmbedded)
{
    /// <summary>Number of files with the outcome.</summary>
    public int Count(FileOutcome outcome) => Files.Count(file => file.Outcome == outcome);
}
