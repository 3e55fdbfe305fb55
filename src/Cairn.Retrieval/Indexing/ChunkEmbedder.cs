using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Indexing;

/// <summary>Gives chunks their vectors: from the index when it holds the same words, else from the embedder.</summary>
internal sealed class ChunkEmbedder(
    SqliteConnection connection,
    long spaceId,
    EmbeddingSpace space,
    IEmbeddingGenerator<string, Embedding<float>> embedder,
    int batchSize)
{
    /// <summary>Texts that the embedder has read.</summary>
    public int Count { get; private set; }

    /// <summary>Fills the vectors of all chunks without one, in order, and calls back after each batch.</summary>
    public async Task EmbedAsync(IEnumerable<PendingChunk> chunks, Action? onBatch, CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<string, List<PendingChunk>>(StringComparer.Ordinal);
        foreach (var chunk in chunks.Where(chunk => !chunk.IsComplete))
        {
            chunk.Vector = Stored(chunk.Sha256);
            if (chunk.IsComplete)
            {
                continue;
            }

            var text = space.Prefix + chunk.Chunk.EmbeddingText;
            if (waiting.TryGetValue(text, out var same))
            {
                same.Add(chunk);
                continue;
            }

            waiting.Add(text, [chunk]);
            if (waiting.Count == batchSize)
            {
                await EmbedAsync(waiting, cancellationToken).ConfigureAwait(false);
                onBatch?.Invoke();
            }
        }

        if (waiting.Count > 0)
        {
            await EmbedAsync(waiting, cancellationToken).ConfigureAwait(false);
            onBatch?.Invoke();
        }
    }

    private async Task EmbedAsync(Dictionary<string, List<PendingChunk>> waiting, CancellationToken cancellationToken)
    {
        var texts = waiting.Keys.ToList();
        var embeddings = await embedder.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Count)
        {
            throw new InvalidOperationException($"The embedder returned {embeddings.Count} vectors for {texts.Count} texts.");
        }

        for (var i = 0; i < texts.Count; i++)
        {
            var vector = Check(embeddings[i].Vector.Span);
            foreach (var chunk in waiting[texts[i]])
            {
                chunk.Vector = vector;
            }
        }

        Count += texts.Count;
        waiting.Clear();
    }

    private byte[]? Stored(byte[] sha256) => connection.Scalar<byte[]>(
        "SELECT v.value FROM chunk c JOIN vector v ON v.chunk = c.id AND v.space = $2 WHERE c.sha256 = $1 LIMIT 1",
        sha256, spaceId);

    private byte[] Check(ReadOnlySpan<float> vector)
    {
        if (vector.Length != space.Dimensions)
        {
            throw new InvalidOperationException(
                $"The embedder returned {vector.Length} dimensions, but the index's space is {space}. Open the index with the embedder's own space.");
        }

        foreach (var value in vector)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidOperationException($"The embedder returned a vector that holds {value}.");
            }
        }

        return VectorBytes.From(vector);
    }
}
