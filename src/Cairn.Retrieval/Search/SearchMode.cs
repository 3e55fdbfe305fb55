namespace Cairn.Retrieval.Search;

/// <summary>How passages are looked for.</summary>
public enum SearchMode
{
    /// <summary>By words: BM25 of the full-text index.</summary>
    Keyword,

    /// <summary>By meaning: cosine of the embeddings.</summary>
    Vector,

    /// <summary>Both, fused by min-max.</summary>
    Hybrid,
}
