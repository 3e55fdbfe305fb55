namespace Cairn.Retrieval.Indexing;

/// <summary>A chunk found by its words.</summary>
/// <param name="ChunkId">Id in the index.</param>
/// <param name="Score">BM25 (k1 = 1.2, b = 0.75), larger is better.</param>
public readonly record struct KeywordHit(long ChunkId, double Score);
