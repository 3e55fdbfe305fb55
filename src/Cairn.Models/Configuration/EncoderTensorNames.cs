namespace Cairn.Models.Configuration;

/// <summary>Names of an encoder's tensors, without <c>.weight</c> and <c>.bias</c>.</summary>
/// <remarks>The names are GGUF's; a Hugging Face folder presents its tensors under them too.</remarks>
public sealed record EncoderTensorNames
{
    /// <summary>Token embedding, [vocabulary, hidden].</summary>
    public required string TokenEmbedding { get; init; }

    /// <summary>Position embedding, [context, hidden].</summary>
    public required string PositionEmbedding { get; init; }

    /// <summary>Token-type embedding, [types, hidden].</summary>
    public required string TokenTypeEmbedding { get; init; }

    /// <summary>Norm of the summed embeddings, [hidden], with bias.</summary>
    public required string EmbeddingNorm { get; init; }

    /// <summary>Text before the layer number.</summary>
    public required string LayerPrefix { get; init; }

    /// <summary>Query projection, [hidden, hidden], with bias.</summary>
    public required string Query { get; init; }

    /// <summary>Key projection, [hidden, hidden], with bias.</summary>
    public required string Key { get; init; }

    /// <summary>Value projection, [hidden, hidden], with bias.</summary>
    public required string Value { get; init; }

    /// <summary>Attention output projection, [hidden, hidden], with bias.</summary>
    public required string AttentionOutput { get; init; }

    /// <summary>Norm after attention, [hidden], with bias.</summary>
    public required string AttentionNorm { get; init; }

    /// <summary>Up projection, [intermediate, hidden], with bias.</summary>
    public required string Up { get; init; }

    /// <summary>Down projection, [hidden, intermediate], with bias.</summary>
    public required string Down { get; init; }

    /// <summary>Norm after the feed-forward layer, [hidden], with bias.</summary>
    public required string OutputNorm { get; init; }

    /// <summary>Full name of a layer's weight: <c>WeightOf(3, names.Query)</c>.</summary>
    /// <param name="layer">Number of the layer, from 0.</param>
    /// <param name="part">One of the layer names of this record.</param>
    public string WeightOf(int layer, string part) => $"{LayerPrefix}{layer}.{part}.weight";

    /// <summary>Full name of a layer's bias.</summary>
    /// <param name="layer">Number of the layer, from 0.</param>
    /// <param name="part">One of the layer names of this record.</param>
    public string BiasOf(int layer, string part) => $"{LayerPrefix}{layer}.{part}.bias";

    /// <summary>Full name of a weight outside the layers.</summary>
    public static string WeightOf(string part) => part + ".weight";

    /// <summary>Full name of a bias outside the layers.</summary>
    public static string BiasOf(string part) => part + ".bias";
}
