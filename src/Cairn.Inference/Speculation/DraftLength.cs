namespace Cairn.Inference.Speculation;

/// <summary>How many tokens are worth guessing, learnt from how the last guesses did.</summary>
/// <remarks>
/// A pass over 1 + k tokens costs about 1 + 0.3·k passes over one, so a guessed token pays when it is right a third of the
/// time. The length doubles when all were right and shrinks to what was; when a single guess fails, guessing pauses, each
/// time for longer. Counts tokens, not time, so the same text gives the same passes. Not thread-safe.
/// </remarks>
/// <param name="mode">What the caller asked for.</param>
internal sealed class DraftLength(LookupMode mode)
{
    /// <summary>Most tokens of a guess.</summary>
    public const int Most = 7; // a pass of 8 tokens is the longest that costs less than a prefill of as many

    private const int First = 2;
    private const int ShortestPause = 4;
    private const int LongestPause = 64;

    private int _length = First;
    private int _pause;
    private int _nextPause = ShortestPause;

    /// <summary>Most tokens that the next pass should guess; 0 to leave it.</summary>
    public int Limit => mode switch
    {
        LookupMode.Off => 0,
        LookupMode.On => Most,
        _ => _pause > 0 ? 0 : _length,
    };

    /// <summary>Of these, how many an agreement over so many tokens deserves: 2 for two, and 2 for each one more.</summary>
    public int Trust(int limit, int agreeing) => mode == LookupMode.On ? limit : Math.Min(limit, 2 * (agreeing - 1));

    /// <summary>Takes note of a pass that guessed nothing.</summary>
    public void Skip() => _pause = Math.Max(0, _pause - 1);

    /// <summary>Takes note of a pass that guessed.</summary>
    /// <param name="drafted">Tokens guessed, at least 1.</param>
    /// <param name="accepted">Tokens that were right, from the first on.</param>
    public void Learn(int drafted, int accepted)
    {
        if (accepted == drafted)
        {
            _length = Math.Min(Most, Math.Max(_length, 2 * drafted));
            _nextPause = ShortestPause;
            return;
        }

        _length = Math.Max(accepted, Math.Min(_length, drafted) / 2);
        if (_length > 0)
            return;

        _length = 1;
        _pause = _nextPause;
        _nextPause = Math.Min(LongestPause, 2 * _nextPause);
    }
}
