namespace Cairn.Retrieval.Search;

/// <summary>A hit of one or two lists after the fusion.</summary>
/// <param name="Id">Id of the passage.</param>
/// <param name="Score">Fused score, 0 to 1.</param>
/// <param name="KeywordScore">BM25 as the list had it; null when the passage was not in the list.</param>
/// <param name="VectorScore">Cosine as the list had it; null when the passage was not in the list.</param>
public readonly record struct FusedHit(long Id, double Score, double? KeywordScore, double? VectorScore);
