using Cairn.Retrieval.Evaluation;
using Xunit;

namespace Cairn.Retrieval.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    private static readonly Dictionary<string, int> Grades = new() { ["a"] = 2, ["b"] = 1, ["c"] = 1, ["d"] = 0 };

    [Fact]
    public void Ndcg_of_the_ideal_order_is_one() =>
        Assert.Equal(1, RankingMetrics.Ndcg(["a", "c", "b", "d"], Grades, 10), 12);

    [Fact]
    public void Ndcg_uses_linear_gain_and_all_judged_documents()
    {
        // found: b at 1, x at 2, a at 3: 1/1 + 0 + 2/2 = 2; ideal a, b, c: 2/1 + 1/1.58496 + 1/2 = 3.13093
        var value = RankingMetrics.Ndcg(["b", "x", "a"], Grades, 10);

        Assert.Equal(2 / 3.13093, value, 5);
    }

    [Fact]
    public void Ndcg_counts_only_the_first_k_in_both_rankings()
    {
        // k = 1: gain of b is 1, the ideal one is 2
        Assert.Equal(0.5, RankingMetrics.Ndcg(["b", "a"], Grades, 1), 12);
    }

    [Fact]
    public void Recall_divides_by_all_relevant_documents()
    {
        Assert.Equal(1 / 3.0, RankingMetrics.Recall(["d", "a", "x", "b"], Grades, 3), 12);
        Assert.Equal(2 / 3.0, RankingMetrics.Recall(["d", "a", "x", "b"], Grades, 10), 12);
    }

    [Theory]
    [InlineData("a,b", 1.0)]
    [InlineData("d,x,c", 1 / 3.0)]
    [InlineData("d,x,y,z", 0.0)]
    public void Reciprocal_rank_is_that_of_the_first_relevant_document(string ranked, double expected) =>
        Assert.Equal(expected, RankingMetrics.ReciprocalRank(ranked.Split(','), Grades, 10), 12);

    [Fact]
    public void Reciprocal_rank_beyond_k_is_zero() => Assert.Equal(0, RankingMetrics.ReciprocalRank(["d", "x", "a"], Grades, 2));

    [Fact]
    public void A_query_without_relevant_documents_is_refused() =>
        Assert.Throws<ArgumentException>(() => RankingMetrics.Ndcg(["a"], new Dictionary<string, int> { ["a"] = 0 }, 10));
}
