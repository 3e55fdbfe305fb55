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
    private const int FirstBatch = 64;

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

        // Best tokens are sorted a batch at a time: few are needed, unless the distribution is flat.
        var total = candidates.ComputeWeights().Sum;
        var bound = (_probability - Slack) * total;
        var highest = candidates.MaxLogit();
        var sum = 0.0;
        var count = 0;
        for (var batch = FirstBatch; count < candidates.Count; batch *= 4)
        {
            candidates.SortBest(Math.Min(batch, candidates.Count));
            while (count < candidates.SortedCount)
            {
                sum += Math.Exp(candidates.Logits[count++] - highest);
                if (sum >= bound)
                {
                    candidates.KeepBest(count);
                    return;
                }
            }
        }
    }
}
