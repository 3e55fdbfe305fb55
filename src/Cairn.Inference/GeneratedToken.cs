namespace Cairn.Inference;

/// <summary>One step of a generation.</summary>
/// <param name="Id">The chosen token. With <see cref="FinishReason.Stop"/> it may be an end token, which has no text.</param>
/// <param name="Text">
/// Text that is now certain: never half a character, never the beginning of what may become a stop sequence. Often the
/// token's own text, sometimes empty, sometimes that of several tokens.
/// </param>
/// <param name="LogProbability">Natural logarithm of the model's probability for the token, before any sampler.</param>
/// <param name="FinishReason">Set on the last token only.</param>
/// <param name="Top">The most likely tokens, best first, when they were asked for.</param>
public readonly record struct GeneratedToken(
    int Id, string Text, float LogProbability, FinishReason? FinishReason, IReadOnlyList<TokenProbability>? Top)
{
    /// <summary>Tokens that were guessed to follow and checked in the same pass as this one (<see cref="GenerationOptions.Lookup"/>).</summary>
    /// <value>0 where nothing was, and for the further tokens of such a pass: the sum over an answer is what was guessed.</value>
    public int DraftedTokens { get; init; }

    /// <summary>True if this token had been guessed, so that the next one needs no pass of its own.</summary>
    public bool WasDrafted { get; init; }
}
