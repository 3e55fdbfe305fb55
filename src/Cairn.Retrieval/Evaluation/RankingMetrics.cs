namespace Cairn.Retrieval.Evaluation;

/// <summary>Quality of a ranked list against judgments, by the definitions of trec_eval.</summary>
/// <remarks>
/// A document without a judgment has grade 0; relevant is a grade of 1 or more. The ideal ranking of nDCG is made of all
/// judged documents, found or not. A query without a relevant document has no score: leave it out of the mean.
/// </remarks>
public static class RankingMetrics
{
    /// <summary>nDCG@k = Σ gradeᵣ / log₂(r + 1) over ranks r ≤ k, divided by the same sum of the ideal ranking.</summary>
    /// <param name="ranked">Document ids, best first, each once.</param>
    /// <param name="grades">Grades of the judged documents, zero or more.</param>
    /// <param name="k">Ranks counted, 1 or more.</param>
    /// <exception cref="ArgumentException">No judged document is relevant.</exception>
    public static double Ndcg(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades, int k)
    {
        Check(ranked, grades, k);
        var gain = DiscountedGain(ranked.Take(k).Select(id => grades.GetValueOrDefault(id)));
        return gain / DiscountedGain(grades.Values.OrderDescending().Take(k));
    }

    /// <summary>Relevant documents among the first k, divided by all relevant documents.</summary>
    /// <inheritdoc cref="Ndcg"/>
    public static double Recall(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades, int k)
    {
        Check(ranked, grades, k);
        return (double)ranked.Take(k).Count(id => IsRelevant(grades, id)) / grades.Values.Count(grade => grade >= 1);
    }

    /// <summary>1 / rank of the first relevant document among the first k; 0 when there is none.</summary>
    /// <inheritdoc cref="Ndcg"/>
    public static double ReciprocalRank(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades, int k)
    {
        Check(ranked, grades, k);
        for (var i = 0; i < Math.Min(k, ranked.Count); i++)
        {
            if (IsRelevant(grades, ranked[i]))
            {
                return 1.0 / (i + 1);
            }
        }

        return 0;
    }

    private static bool IsRelevant(IReadOnlyDictionary<string, int> grades, string id) => grades.GetValueOrDefault(id) >= 1;

    private static double DiscountedGain(IEnumerable<int> grades) =>
        grades.Select((grade, index) => Math.Max(grade, 0) / Math.Log2(index + 2)).Sum();

    private static void Check(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades, int k)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        ArgumentNullException.ThrowIfNull(grades);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (!grades.Values.Any(grade => grade >= 1))
        {
            throw new ArgumentException("No document has a grade of 1 or more; a query without a relevant document has no score.", nameof(grades));
        }
    }
}
