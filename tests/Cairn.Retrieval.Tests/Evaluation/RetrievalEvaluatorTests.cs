using Cairn.Retrieval.Evaluation;
using Cairn.Retrieval.SyncHost;
using Cairn.Retrieval.Tests.Indexing;
using Xunit;

namespace Cairn.Retrieval.Tests.Evaluation;

public sealed class RetrievalEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _set = new();
    private readonly WordEmbedder _embedder = new();

    public RetrievalEvaluatorTests()
    {
        _set.Write("corpus.jsonl", """
            {"id":"s","title":"Stones","text":"walls of granite"}
            {"id":"r","title":"River","text":"sand and gravel"}

            {"id":"w","text":"wind over dry grass"}
            """);
        _set.Write("queries.jsonl", """
            {"id":"1","text":"granite walls","split":"test"}
            {"id":"2","text":"gravel river","split":"test"}
            {"id":"3","text":"dry grass","split":"dev"}
            {"id":"4","text":"no judgment","split":"test"}
            """);
        _set.Write("qrels.tsv", "query_id\tdoc_id\tgrade\n1\ts\t2\n2\tr\t1\n2\tw\t1\n3\tw\t1\n");
    }

    public void Dispose()
    {
        _embedder.Dispose();
        _set.Dispose();
    }

    [Fact]
    public async Task Evaluation_scores_the_judged_queries_of_the_split_in_every_mode()
    {
        var evaluation = await new RetrievalEvaluator(_embedder, IndexFixture.Space).EvaluateAsync(
            _set.Path, new RetrievalEvaluatorOptions { Split = "test" }, null, TestContext.Current.CancellationToken);

        Assert.Equal((3, 2), (evaluation.Documents, evaluation.Queries));
        Assert.Equal(["keyword", "vector", "hybrid"], evaluation.Scores.Select(score => score.Method));
        var keyword = evaluation.Scores[0];
        // query 1: s first, 1; query 2: r first, w not found: 1 / (1 + 1/1.58496) = 0.61315
        Assert.Equal((1 + 0.61315) / 2, keyword.Ndcg10, 4);
        Assert.Equal(0.75, keyword.Recall10, 6);
        Assert.Equal(1, keyword.Mrr10, 6);
    }

    [Fact]
    public async Task Evaluation_of_an_unknown_split_names_the_known_ones()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new RetrievalEvaluator(_embedder, IndexFixture.Space).EvaluateAsync(
            _set.Path, new RetrievalEvaluatorOptions { Split = "train" }, null, TestContext.Current.CancellationToken));

        Assert.Contains("test, dev", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        _set.Write("queries.jsonl", "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":7}\n");

        var error = Assert.Throws<InvalidDataException>(() => RetrievalSet.Load(_set.Path));

        Assert.Contains("queries.jsonl, line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_judgments_is_refused()
    {
        File.Delete(_set.File("qrels.tsv"));

        Assert.Contains("qrels.tsv", Assert.Throws<FileNotFoundException>(() => RetrievalSet.Load(_set.Path)).Message, StringComparison.Ordinal);
    }
}
