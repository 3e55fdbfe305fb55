namespace Cairn.Inference.Speculation;

/// <summary>How many tokens of a guess are worth checking: as many as give the most right tokens for the cost of the pass.</summary>
/// <remarks>
/// A guess that agrees with the end of the text over a tokens goes on rightly with probability p(a), and if it does, its
/// next token agrees over a + 1. So k tokens give 1 + p(a) + p(a)·p(a+1) + … (k + 1 terms) tokens for the cost of a pass
/// over 1 + k. p is learnt from every token that a guess foretold, checked or not, on top of <see cref="Expected"/>. Counts
/// tokens, not time, so the same text gives the same passes. Not thread-safe.
/// </remarks>
/// <param name="mode">What the caller asked for.</param>
internal sealed class DraftLength(LookupMode mode)
{
    /// <summary>Most tokens of a guess.</summary>
    public const int Most = 7; // a pass of 8 tokens is the longest that costs less than a prefill of as many

    private const double Weight = 16; // tokens that the expectation counts as

    // Time of a pass over 1 + k tokens, in passes over one: measured with the bundled model. With 1B in Q4_K_M it is 1.0, 1.0,
    // 1.1, 1.5, 1.7, 1.9 and 2.0 from k = 1 on; that table would choose hardly otherwise.
    private static readonly double[] Cost = [1, 1.2, 1.4, 1.5, 1.9, 2.1, 2.4, 2.5];

    private readonly double[] _right = [.. Expected.Select(share => share * Weight)];
    private readonly double[] _seen = [.. Expected.Select(_ => Weight)];

    /// <summary>p(a) before anything is known, for a = 1, 2, …: answers that quote a page of the handbook.</summary>
    public static IReadOnlyList<double> Expected { get; } = [0.25, 0.45, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9];

    /// <summary>Most tokens that a guess may hold; 0 to leave it.</summary>
    public int Limit => mode == LookupMode.Off ? 0 : Most;

    /// <summary>How many tokens of a guess to check.</summary>
    /// <param name="limit">Most of them.</param>
    /// <param name="agreeing">Tokens over which the guess agrees with the end of the text, at least 1.</param>
    public int Choose(int limit, int agreeing)
    {
        if (mode == LookupMode.On)
            return limit;

        (int best, double rate) = (0, 1);
        (double tokens, double share) = (1, 1);
        for (int k = 1; k <= limit; k++)
        {
            int a = Index(agreeing, k - 1);
            share *= _right[a] / _seen[a];
            tokens += share;
            if (tokens / Cost[k] > rate)
                (best, rate) = (k, tokens / Cost[k]);
        }

        return best;
    }

    /// <summary>Takes note of whether a guess, at its token number <paramref name="index"/> (from 0), foretold the text.</summary>
    public void Learn(int agreeing, int index, bool isRight)
    {
        int a = Index(agreeing, index);
        _seen[a]++;
        if (isRight)
            _right[a]++;
    }

    private static int Index(int agreeing, int index) => Math.Min(agreeing + index, Expected.Count) - 1;
}
