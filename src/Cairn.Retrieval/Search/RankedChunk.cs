using Cairn.Retrieval.Indexing;

namespace Cairn.Retrieval.Search;

/// <summary>A passage that a search found.</summary>
/// <param name="Chunk">The passage with its place in the index.</param>
/// <param name="Score">
/// What the list is ordered by: the fused score (0 to 1) of a hybrid search, BM25 of a keyword search, the cosine of a vector search.
/// </param>
/// <param name="KeywordScore">BM25; null when the passage was not found by its words.</param>
/// <param name="VectorScore">Cosine; null when the passage was not found by its vector.</param>
public sealed record RankedChunk(IndexedChunk Chunk, double Score, double? KeywordScore, double? VectorScore);
