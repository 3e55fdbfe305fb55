namespace Cairn.Models.Configuration;

/// <summary>
/// An encoder family: what all its models share, whatever their sizes. Defaults are BERT's, so a family names what it
/// does otherwise; a new one is a record in <see cref="EncoderFamilies"/>.
/// </summary>
public sealed record EncoderFamily
{
    /// <summary>The family's name: what it is called in <c>model_type</c> of config.json.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in <c>general.architecture</c> of a GGUF file, and before the keys there; families may share one.</summary>
    public required string Architecture { get; init; }

    /// <summary>Another <c>model_type</c> with the same meaning; null for none.</summary>
    public string? Alias { get; init; }

    /// <summary>Whether positions are a learned table that is added to the embeddings, instead of rotations.</summary>
    public bool HasLearnedPositions { get; init; } = true;

    /// <summary>Whether a folder's table of positions begins with rows for padding, which no text uses.</summary>
    public bool HasPaddingPositions { get; init; }

    /// <summary>Whether token types may be added to the embeddings.</summary>
    public bool HasTokenTypes { get; init; } = true;

    /// <summary>Whether a block's input is normed, and the last result, instead of each sum.</summary>
    public bool HasPreNorms { get; init; }

    /// <summary>Whether matrices and norms must have biases; where they need not, those of the file are used.</summary>
    public bool HasBiases { get; init; } = true;

    /// <summary>Whether norms must have biases although matrices need not.</summary>
    public bool HasNormBiases { get; init; } = true;

    /// <summary>Whether queries, keys and values are one matrix in the file.</summary>
    public bool HasFusedQueryKeyValue { get; init; }

    /// <summary>Whether gate and up projection are one matrix in the file, the gate first.</summary>
    public bool HasFusedGateUp { get; init; }

    /// <summary>Feed-forward block.</summary>
    public EncoderFeedForward FeedForward { get; init; } = EncoderFeedForward.Gelu;

    /// <summary>θ where a file with rotary positions names none.</summary>
    public float DefaultTheta { get; init; } = 10_000;

    /// <summary>Whether most layers see near tokens only; every n-th, from the first on, sees all.</summary>
    public bool HasLocalLayers { get; init; }

    /// <summary>What follows the first matrix of a classification head.</summary>
    public HeadActivation HeadActivation { get; init; } = HeadActivation.Tanh;

    /// <summary>Whether a norm follows the activation of a classification head.</summary>
    public bool HasHeadNorm { get; init; }

    /// <summary>Whether <c>model_type</c> names this family.</summary>
    public bool IsModelType(string type) => type == Name || type == Alias;
}
