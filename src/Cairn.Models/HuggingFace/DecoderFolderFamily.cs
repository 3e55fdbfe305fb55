using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>
/// What config.json of one <c>model_type</c> means: the decoder family behind it, the keys that it uses, and what an
/// absent key stands for. Defaults are llama's, so a family names what it does otherwise.
/// </summary>
internal sealed record DecoderFolderFamily
{
    /// <summary>Name in <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Name of the model's class in <c>architectures</c>.</summary>
    public required string ModelClass { get; init; }

    /// <summary>What all models of the family share.</summary>
    public required DecoderFamily Family { get; init; }

    /// <summary>Names of the sizes.</summary>
    public ConfigKeys Keys { get; init; } = new();

    /// <summary>ε of the norms where the file gives none.</summary>
    public float DefaultNormEpsilon { get; init; } = 1e-6f;

    /// <summary>Base of the rotary frequencies where the file gives none.</summary>
    public float DefaultTheta { get; init; } = RopeParameters.DefaultTheta;

    /// <summary>Width of a head where the file gives none; 0 for hidden size / heads.</summary>
    public int DefaultHeadDim { get; init; }

    /// <summary>Whether the output is the embedding where the file does not say.</summary>
    public bool HasTiedOutputByDefault { get; init; }

    /// <summary>Which layers see only a window.</summary>
    public WindowRule Window { get; init; }

    /// <summary>Width of the window where the file gives none; 0 for no window.</summary>
    public int DefaultWindow { get; init; }

    /// <summary>Whether part of a head may be left unrotated (<c>partial_rotary_factor</c>).</summary>
    public bool AllowsPartialRotation { get; init; }

    /// <summary>Whether attention scores are divided by the root of <c>query_pre_attn_scalar</c>, and this number where the file gives none.</summary>
    public int DefaultQueryScalar { get; init; }

    /// <summary>Whether the file gives factors on embeddings, attention, residual additions and a divisor of logits.</summary>
    public bool HasMultipliers { get; init; }

    /// <summary>Whether the chosen experts' weights are divided by their sum where the file does not say.</summary>
    public bool NormalizesExpertWeightsByDefault { get; init; }

    /// <summary>Whether the file may say whether these weights are divided (<c>norm_topk_prob</c>).</summary>
    public bool HasExpertNormKey { get; init; }

    /// <summary>Truth values that would change the numbers and are not implemented, with the value that is.</summary>
    public IReadOnlyList<(string Key, bool Supported)> RequiredFlags { get; init; } = [];
}
