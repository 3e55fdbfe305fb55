namespace Cairn.Retrieval.Indexing;

/// <summary>A chunk found by its vector.</summary>
/// <param name="ChunkId">Id in the index.</param>
/// <param name="Score">Dot product with the query: the cosine when both are of unit length.</param>
public readonly record struct VectorHit(long ChunkId, float Score);
