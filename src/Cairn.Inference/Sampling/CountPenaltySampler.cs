namespace Cairn.Inference.Sampling;

/// <summary>
/// Frequency and presence penalties: logit −= count · frequency + presence, for every token that was seen.
/// </summary>
/// <param name="frequency">Penalty for each time a token was seen; negative favours it.</param>
/// <param name="presence">Penalty for having been seen at all; negative favours it.</param>
/// <param name="window">How many of the latest tokens count as seen.</param>
/// <remarks>The penalties of OpenAI's completion interface.</remarks>
public sealed class CountPenaltySampler(double frequency, double presence, int window = int.MaxValue) : ISampler
{
    private readonly TokenCounts _counts = new();

    /// <inheritdoc/>
    public void Apply(TokenCandidates candidates, ReadOnlySpan<int> history)
    {
        if (frequency == 0 && presence == 0)
        {
            return;
        }

        foreach (var (id, count) in _counts.Count(history, window))
        {
            if (candidates.IndexOf(id) is >= 0 and var index)
            {
                candidates.SetLogit(index, candidates.Logits[index] - ((count * frequency) + presence));
            }
        }
    }
}
