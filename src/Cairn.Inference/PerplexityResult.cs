namespace Cairn.Inference;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Perplexity">e to the mean negative log-likelihood.</param>
/// <param name="MeanNegativeLogLikelihood">Nats per counted token.</param>
/// <param name="TokenCount">Predictions counted.</param>
/// <param name="WindowCount">Windows that the text was cut into.</param>
public sealed record PerplexityResult(
    double Perplexity, double MeanNegativeLogLikelihood, int TokenCount, int WindowCount);
