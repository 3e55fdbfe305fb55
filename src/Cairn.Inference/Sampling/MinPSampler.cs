namespace Cairn.Inference.Sampling;

/// <summary>Min-p: keeps tokens whose probability is at least p times that of the most likely one.</summary>
/// <param name="fraction">p, 0 to 1; at 0 nothing happens.</param>
/// <remarks>
/// Nguyen et al. 2024, arXiv:2407.01082. As probabilities are proportional to e^logit, the condition is
/// logit ≥ max + ln p; a ratio within 1e-12 of p counts as having reached it.
/// </remarks>
public sealed class MinPSampler(double fraction) : ISampler
{
    private const double Slack = 1e-12;

    private readonly double _fraction = fraction is >= 0 and <= 1
        ? fraction
        : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Min-p must be 0 to 1.");

    /// <inheritdoc/>
    public void Apply(TokenCandidates candidates, ReadOnlySpan<int> history)
    {
        if (_fraction > 0)
        {
            candidates.KeepAtLeast(candidates.MaxLogit() + Math.Log(_fraction * (1 - Slack)));
        }
    }
}
