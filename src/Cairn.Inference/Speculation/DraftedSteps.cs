using Cairn.Models.Adapters;
using Cairn.Models.Transformers;

namespace Cairn.Inference.Speculation;

/// <summary>
/// The logits of a generation, position by position. A pass may cover guessed tokens beyond the last chosen one: as long as
/// the choices equal the guesses its further rows are used, and at the first that does not the cache is cut back.
/// </summary>
/// <remarks>
/// Lossless by construction: at every position the caller chooses from the logits of the true text, with the true history
/// and its next random number, as if there were no guesses. Under sampling that is speculative sampling (Leviathan et al.
/// 2023, arXiv:2211.17192; Chen et al. 2023, arXiv:2302.01318) for a draft that is certain of its token d: the choice x ~ p
/// equals d with probability p(d), and given x ≠ d it is distributed as p without d. Steady state allocates nothing. Not
/// thread-safe.
/// </remarks>
/// <param name="session">Cache and engine.</param>
/// <param name="mode">Whether to guess.</param>
internal sealed class DraftedSteps(DecodingSession session, LookupMode mode)
{
    private readonly int[] _pass = new int[1 + DraftLength.Most]; // the last chosen token, then the guesses
    private readonly DraftLength _length = new(mode);
    private ForwardBatch? _batch;
    private int _agreeing;
    private int _count = 1;
    private int _row;
    private int _known;

    /// <summary>The tokens before the position that the last logits are for: prompt and chosen ones, no guesses.</summary>
    public ReadOnlySpan<int> History => session.Tokens[.._known];

    /// <summary>Tokens that the last pass guessed, until its second row is used; then 0.</summary>
    public int NewlyDrafted => _row == 0 ? _count - 1 : 0;

    /// <summary>Computes the prompt.</summary>
    /// <returns>Logits after its last token, valid until the next call.</returns>
    public Span<float> Start(
        ReadOnlySpan<int> prompt, AdapterSet adapters, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        Span<float> logits = session.Start(prompt, adapters, progress, cancellationToken);
        (_row, _count, _known, _agreeing) = (0, 1, prompt.Length, 0);
        return logits;
    }

    /// <summary>Takes the choice for the position of the last logits.</summary>
    /// <returns>True if it had been guessed: the pass has the logits after it too.</returns>
    public bool Choose(int id)
    {
        bool isGuessed = _row + 1 < _count && _pass[_row + 1] == id;
        if (_agreeing > 0 && (_row == 0 || _row + 1 < _count))
            _length.Learn(_agreeing, _row, _pass[_row + 1] == id); // the first token of a guess also where none is checked

        if (!isGuessed)
            Cut();

        return isGuessed;
    }

    /// <summary>Moves on to the position after the chosen token.</summary>
    /// <param name="id">The token that <see cref="Choose"/> took.</param>
    /// <param name="mostDrafted">Most tokens that a guess may hold: what is left of the answer after this position.</param>
    /// <param name="cancellationToken">Stops a pass; nothing of it stays.</param>
    /// <returns>Logits, valid until the next call.</returns>
    public Span<float> Advance(int id, int mostDrafted, CancellationToken cancellationToken)
    {
        if (_row + 1 < _count)
        {
            _row++;
            _known++;
            return _batch!.GetLogits(_row);
        }

        _pass[0] = id;
        int drafted = Draft(Math.Min(mostDrafted, _length.Limit));
        _batch = session.AppendAll(_pass.AsSpan(0, 1 + drafted), cancellationToken);
        (_row, _count) = (0, 1 + drafted);
        _known++;
        return _batch.GetLogits(0);
    }

    /// <summary>Forgets the guesses that no choice has confirmed.</summary>
    public void Cut()
    {
        _count = _row + 1;
        session.Truncate(_known);
    }

    private int Draft(int most)
    {
        _agreeing = most <= 0 ? 0 : PromptLookup.Find(session.Tokens, _pass.AsSpan(0, 1 + most));
        return _agreeing == 0 ? 0 : _length.Choose(most, _agreeing);
    }
}
