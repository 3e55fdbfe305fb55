namespace Cairn.Inference.Sampling;

/// <summary>Top-k: keeps the k tokens of highest logit, of equal ones the lower id first.</summary>
/// <param name="count">k, at least 1; as many as are in play or more: nothing happens.</param>
/// <remarks>Fan, Lewis and Dauphin 2018, arXiv:1805.04833.</remarks>
public sealed class TopKSampler(int count) : ISampler
{
    private readonly int _count = count >= 1
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "Top-k must keep at least 1 token.");

    /// <inheritdoc/>
    public void Apply(TokenCandidates candidates, ReadOnlySpan<int> history)
    {
        if (_count < candidates.Count)
        {
            candidates.KeepBest(_count);
        }
    }
}
