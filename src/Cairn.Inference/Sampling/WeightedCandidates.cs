namespace Cairn.Inference.Sampling;

/// <summary>Relative probabilities of candidates and their sum: probability i is <c>Weights[i] / Sum</c>.</summary>
/// <param name="weights">Weights, at most 1 each.</param>
/// <param name="sum">Their sum.</param>
public readonly ref struct WeightedCandidates(ReadOnlySpan<double> weights, double sum)
{
    /// <summary>Weights in the order of the candidates; 1 for the most likely.</summary>
    public ReadOnlySpan<double> Weights { get; } = weights;

    /// <summary>Sum of the weights.</summary>
    public double Sum { get; } = sum;
}
