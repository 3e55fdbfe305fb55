namespace Cairn.Inference.Benchmarks;

/// <summary>What a throughput measurement does.</summary>
public sealed class ThroughputOptions
{
    /// <summary>Tokens of the prompt.</summary>
    /// <value>At least 1; default 512.</value>
    public int PromptTokens { get; init; } = 512;

    /// <summary>Tokens generated after it.</summary>
    /// <value>At least 1; default 128.</value>
    public int GeneratedTokens { get; init; } = 128;

    /// <summary>Measurements of which the median counts; one more, shorter, warms up.</summary>
    /// <value>At least 1; default 3.</value>
    public int Repeats { get; init; } = 3;

    /// <summary>How the model is loaded.</summary>
    public ModelLoadOptions Load { get; init; } = new();

    /// <summary>LoRA adapters that are at work, by path, with the factor on their own scale.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, float> Adapters { get; init; } = new Dictionary<string, float>();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PromptTokens, 1, nameof(PromptTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(GeneratedTokens, 1, nameof(GeneratedTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(Repeats, 1, nameof(Repeats));
    }
}
