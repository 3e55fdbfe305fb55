namespace Cairn.Inference.Sampling;

/// <summary>
/// Top-p (nucleus): keeps the smallest set of most likely tokens whose probabilities, over those still in play, sum to
/// at least p. The token that crosses p stays, and so does always one.
/// </summary>
/// <param name="probability">p, 0 to 1; at 1 nothing happens.</param>
/// <remarks>
/// Holtzman et al. 2019, arXiv:1904.09751. A sum within 1e-12 of p counts as having reached it.
/// </remarks>
public sealed class TopPSampler(double probability) : ISampler
{
    private const double Slack = 1e-12;
    private const int FewTokens = 64;

    private readonly double _probability = probability is >= 0 and <= 1
        ? probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "Top-p must be 0 to 1.");

    /// <inheritdoc/>
    public void Apply(TokenCandidates candidates, ReadOnlySpan<int> history)
    {
        if (_probability >= 1)
        {
            return;
        }

        // Usually few tokens are enough, and those are best sorted; a flat distribution is partitioned by mass.
        var total = candidates.ComputeWeights().Sum;
        var bound = (_probability - Slack) * total;
        candidates.SortBest(FewTokens);
        var sum = 0.0;
        for (var count = 0; count < candidates.SortedCount; count++)
        {
            sum += Math.Exp(candidates.Logits[count] - candidates.Logits[0]);
            if (sum >= bound)
            {
                candidates.KeepFirst(count + 1);
                return;
            }
        }

        candidates.KeepFirst(candidates.SelectMass(bound));
    }
}
