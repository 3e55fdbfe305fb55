namespace Cairn.Models.HuggingFace;

/// <summary>Names of the sizes in config.json; most families share these.</summary>
internal sealed record ConfigKeys
{
    /// <summary>Width of the residual stream.</summary>
    public string HiddenSize { get; init; } = "hidden_size";

    /// <summary>Width of the feed-forward layer.</summary>
    public string IntermediateSize { get; init; } = "intermediate_size";

    /// <summary>Number of blocks.</summary>
    public string LayerCount { get; init; } = "num_hidden_layers";

    /// <summary>Query heads.</summary>
    public string HeadCount { get; init; } = "num_attention_heads";

    /// <summary>Key and value heads.</summary>
    public string KvHeadCount { get; init; } = "num_key_value_heads";

    /// <summary>Width of one head.</summary>
    public string HeadDim { get; init; } = "head_dim";

    /// <summary>Trained context.</summary>
    public string ContextLength { get; init; } = "max_position_embeddings";

    /// <summary>ε of the norms.</summary>
    public string NormEpsilon { get; init; } = "rms_norm_eps";

    /// <summary>Activation of the feed-forward layer; the first of these that is there counts.</summary>
    public IReadOnlyList<string> Activation { get; init; } = ["hidden_act"];

    /// <summary>Number of experts; the first of these that is there counts.</summary>
    public IReadOnlyList<string> ExpertCount { get; init; } = ["num_local_experts", "num_experts"];

    /// <summary>Width of one expert.</summary>
    public string ExpertIntermediateSize { get; init; } = "moe_intermediate_size";
}
