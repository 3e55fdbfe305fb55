namespace Cairn.Abstractions;

/// <summary>Asks a language model how likely texts are, without generating any.</summary>
public interface ILogLikelihoodClient
{
    /// <summary>
    /// Scores each continuation c of one prompt: ln p(c | prompt) = Σ ln p(token of c | prompt, tokens of c before it).
    /// </summary>
    /// <param name="prompt">Text before the continuations, as it stands: no chat template is put around it.</param>
    /// <param name="continuations">Texts to score; each follows <paramref name="prompt"/> directly.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One natural logarithm for each continuation, in their order; not divided by length.</returns>
    Task<IReadOnlyList<double>> ScoreAsync(
        string prompt, IReadOnlyList<string> continuations, CancellationToken cancellationToken = default);
}
