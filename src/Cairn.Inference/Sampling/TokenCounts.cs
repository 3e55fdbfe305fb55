namespace Cairn.Inference.Sampling;

/// <summary>How often each token occurs in the latest part of a history; scratch memory that is reused.</summary>
internal sealed class TokenCounts
{
    private readonly Dictionary<int, int> _counts = [];

    /// <summary>Counts the last <paramref name="window"/> tokens; the result is valid until the next call.</summary>
    public Dictionary<int, int> Count(ReadOnlySpan<int> history, int window)
    {
        _counts.Clear();
        foreach (var id in history[^Math.Min(window, history.Length)..])
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, id, out _)++;
        }

        return _counts;
    }
}
