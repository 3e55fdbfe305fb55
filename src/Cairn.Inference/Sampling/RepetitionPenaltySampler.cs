namespace Cairn.Inference.Sampling;

/// <summary>
/// Repetition penalty r: the logit of each token seen before, once however often, is divided by r if it is positive and
/// multiplied by r if not.
/// </summary>
/// <param name="penalty">r, greater than 0; 1 does nothing, less than 1 favours repetition.</param>
/// <param name="window">How many of the latest tokens count as seen.</param>
/// <remarks>Keskar et al. 2019, arXiv:1909.05858, as transformers applies it.</remarks>
public sealed class RepetitionPenaltySampler(double penalty, int window = int.MaxValue) : ISampler
{
    private readonly TokenCounts _counts = new();

    private readonly double _penalty = penalty > 0
        ? penalty
        : throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "Repetition penalty must be above 0.");

    /// <inheritdoc/>
    public void Apply(TokenCandidates candidates, ReadOnlySpan<int> history)
    {
        if (_penalty == 1)
        {
            return;
        }

        foreach (var (id, _) in _counts.Count(history, window))
        {
            if (candidates.IndexOf(id) is >= 0 and var index)
            {
                var logit = candidates.Logits[index];
                candidates.SetLogit(index, logit > 0 ? logit / _penalty : logit * _penalty);
            }
        }
    }
}
