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

    /// <summary>Tokens that the cache holds when decoding begins; a prefill that is not timed fills it.</summary>
    /// <value>At least 0; default null: those of the prompt.</value>
    public int? Depth { get; init; }

    /// <summary>Sequences that decode together, each with a cache of its own; the rate is that of all of them.</summary>
    /// <value>1 to 1,024; default 1.</value>
    public int Sequences { get; init; } = 1;

    /// <summary>Text whose first tokens are the prompt; a greater depth repeats it.</summary>
    /// <value>At least <see cref="PromptTokens"/> long in tokens; default null: random tokens of a fixed seed.</value>
    public string? PromptText { get; init; }

    /// <summary>Measurements of which the median counts; one more, shorter, warms up.</summary>
    /// <value>At least 1; default 3.</value>
    public int Repeats { get; init; } = 3;

    /// <summary>How the model is loaded.</summary>
    public ModelLoadOptions Load { get; init; } = new();

    /// <summary>LoRA adapters that are at work, by path, with the factor on their own scale.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, float> Adapters { get; init; } = new Dictionary<string, float>();

    /// <summary>Tokens in the cache when decoding begins.</summary>
    internal int DecodeDepth => Depth ?? PromptTokens;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PromptTokens, 1, nameof(PromptTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(GeneratedTokens, 1, nameof(GeneratedTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(Repeats, 1, nameof(Repeats));
        ArgumentOutOfRangeException.ThrowIfLessThan(Sequences, 1, nameof(Sequences));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Sequences, 1024, nameof(Sequences));
        if (Depth is { } depth)
            ArgumentOutOfRangeException.ThrowIfLessThan(depth, 0, nameof(Depth));
    }
}
