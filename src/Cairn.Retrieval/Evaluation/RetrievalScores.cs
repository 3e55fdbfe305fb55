namespace Cairn.Retrieval.Evaluation;

/// <summary>Means over the scored queries of one way to search.</summary>
/// <param name="Method">The way: <c>keyword</c>, <c>vector</c>, <c>hybrid</c>.</param>
/// <param name="Ndcg10">nDCG@10, linear gain.</param>
/// <param name="Recall10">Recall@10.</param>
/// <param name="Recall100">Recall@100.</param>
/// <param name="Mrr10">Mean reciprocal rank within ten.</param>
/// <param name="MedianMilliseconds">Median time of one query, its embedding included, in milliseconds.</param>
public sealed record RetrievalScores(
    string Method, double Ndcg10, double Recall10, double Recall100, double Mrr10, double MedianMilliseconds);
