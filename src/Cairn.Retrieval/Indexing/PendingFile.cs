using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Indexing;

/// <summary>A file that is read and cut and waits for its vectors and its commit.</summary>
/// <param name="Entry">What the ledger will say.</param>
/// <param name="Document">The document; null when the file failed.</param>
/// <param name="Chunks">Its chunks.</param>
/// <param name="Outcome">What the receipt will say.</param>
internal sealed record PendingFile(
    LedgerEntry Entry, Document? Document, IReadOnlyList<PendingChunk> Chunks, FileOutcome Outcome)
{
    /// <summary>Whether every chunk has its vector.</summary>
    public bool IsComplete => Chunks.All(chunk => chunk.IsComplete);
}

/// <summary>A chunk on its way into the index.</summary>
internal sealed class PendingChunk(Chunk chunk, byte[] sha256)
{
    public Chunk Chunk { get; } = chunk;

    public byte[] Sha256 { get; } = sha256;

    /// <summary>Id of the chunk of the same words that the index holds already; null for a new one.</summary>
    public long? Id { get; set; }

    /// <summary>Vector of a new chunk.</summary>
    public byte[]? Vector { get; set; }

    public bool IsComplete => Id is not null || Vector is not null;
}
