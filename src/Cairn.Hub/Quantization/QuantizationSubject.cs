namespace Cairn.Hub.Quantization;

/// <summary>What presets ask about the model that is quantised.</summary>
/// <param name="LayerCount">Number of blocks.</param>
/// <param name="QueriesPerKey">Query heads that share a key head.</param>
/// <param name="ExpertCount">Experts of a layer; 0 for none.</param>
/// <param name="HasOutput">Whether there is an output matrix of its own.</param>
/// <param name="HasImportance">Whether an importance matrix is used.</param>
internal sealed record QuantizationSubject(
    int LayerCount, int QueriesPerKey, int ExpertCount, bool HasOutput, bool HasImportance)
{
    /// <summary>Layers of the 70-billion class, whose value projections are an eighth of the query's and may have more bits.</summary>
    private const int LayersOf70B = 80;

    /// <summary>Whether value projections are so small beside the rest that more bits cost next to nothing.</summary>
    public bool HasSmallValues => LayerCount == LayersOf70B && QueriesPerKey > 1;

    /// <summary>Whether the model is of Mixtral's make: eight experts, beside which attention is small.</summary>
    public bool HasEightExperts => ExpertCount == 8;
}
