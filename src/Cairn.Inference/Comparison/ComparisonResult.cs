namespace Cairn.Inference.Comparison;

/// <summary>How a model's predictions differ from those of a reference on the same tokens.</summary>
/// <param name="Model">Perplexity of the model.</param>
/// <param name="Reference">Perplexity of the reference.</param>
/// <param name="MeanDivergence">Mean over the predictions of KL(reference ‖ model), in nats.</param>
/// <param name="MedianDivergence">Its median.</param>
/// <param name="Divergence99">The value that 99 % of the predictions stay below.</param>
/// <param name="MaximumDivergence">Its largest value.</param>
/// <param name="TopAgreement">Share of the predictions whose likeliest token is the same.</param>
/// <param name="PerplexityRatio">Perplexity of the model divided by that of the reference; the interval is that of the paired differences.</param>
/// <param name="Histogram">Number of predictions in each of <see cref="HistogramBounds"/>' intervals.</param>
/// <remarks>
/// Intervals treat predictions as independent. Neighbours in a text are not quite, so the true ones are somewhat wider.
/// </remarks>
public sealed record ComparisonResult(
    PerplexityResult Model,
    PerplexityResult Reference,
    Estimate MeanDivergence,
    double MedianDivergence,
    double Divergence99,
    double MaximumDivergence,
    Estimate TopAgreement,
    Estimate PerplexityRatio,
    IReadOnlyList<int> Histogram)
{
    /// <summary>Upper ends of the histogram's intervals but the last, in nats; the first begins at 0, the last has no end.</summary>
    public static IReadOnlyList<double> HistogramBounds { get; } = [0.0001, 0.001, 0.01, 0.1, 1];
}
