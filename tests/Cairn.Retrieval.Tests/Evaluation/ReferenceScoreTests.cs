using Cairn.Retrieval.Evaluation;
using Cairn.Retrieval.Search;
using Cairn.Retrieval.SyncHost;
using Cairn.Retrieval.Tests.Indexing;
using Cairn.Testing;
using Xunit;

namespace Cairn.Retrieval.Tests.Evaluation;

/// <summary>Keyword search on a public collection against the scores of an independent implementation (SQLite FTS5, porter).</summary>
public sealed class ReferenceScoreTests
{
    private const double Tolerance = 0.01;

    [Fact]
    public async Task Cranfield_keyword_scores_equal_the_reference()
    {
        using var embedder = new WordEmbedder();

        var evaluation = await new RetrievalEvaluator(embedder, IndexFixture.Space).EvaluateAsync(
            SharedFiles.Data("retrieval/cranfield"),
            new RetrievalEvaluatorOptions { Modes = [SearchMode.Keyword] },
            null,
            TestContext.Current.CancellationToken);

        var scores = Assert.Single(evaluation.Scores);
        Assert.Equal(225, evaluation.Queries);
        Assert.InRange(scores.Ndcg10, 0.370 - Tolerance, 0.370 + Tolerance);
        Assert.InRange(scores.Recall100, 0.739 - Tolerance, 0.739 + Tolerance);
        Assert.InRange(scores.Mrr10, 0.523 - Tolerance, 0.523 + Tolerance);
    }
}
