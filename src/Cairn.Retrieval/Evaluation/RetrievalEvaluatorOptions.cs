using Cairn.Retrieval.Search;

namespace Cairn.Retrieval.Evaluation;

/// <summary>Settings of a <see cref="RetrievalEvaluator"/>.</summary>
public sealed class RetrievalEvaluatorOptions
{
    /// <value>Only queries of this split are scored: <c>test</c>, <c>dev</c>, <c>train</c>; default empty: all.</value>
    public string Split { get; init; } = "";

    /// <value>Ways to search that are scored; default all three.</value>
    public IReadOnlyList<SearchMode> Modes { get; init; } = [SearchMode.Keyword, SearchMode.Vector, SearchMode.Hybrid];

    /// <value>Weight of the vector list in the fusion, 0 to 1; default 0.5.</value>
    public double Alpha { get; init; } = 0.5;

    /// <value>Hits taken from each list; at least 100, since recall@100 is measured; default 1,000.</value>
    public int Depth { get; init; } = 1000;

    /// <value>Folder where the index is made, kept for the next run; default null: a temporary one that is deleted.</value>
    public string? WorkFolder { get; init; }
}
