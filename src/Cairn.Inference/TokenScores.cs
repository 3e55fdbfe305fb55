namespace Cairn.Inference;

/// <summary>How likely a model finds each token of a text.</summary>
/// <param name="LogProbabilities">Entry i: ln p(token i | tokens before it); the first is NaN.</param>
/// <param name="Top">
/// Entry i: the best candidates for the token after token i, best first; empty when none were asked for.
/// </param>
public sealed record TokenScores(IReadOnlyList<double> LogProbabilities, IReadOnlyList<IReadOnlyList<TokenProbability>> Top);
