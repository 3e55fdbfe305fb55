namespace Cairn.Models.Configuration;

/// <summary>Names of an encoder's tensors, without <c>.weight</c> and <c>.bias</c>.</summary>
/// <remarks>The names are GGUF's; a Hugging Face folder presents its tensors under them too.</remarks>
public sealed record EncoderTensorNames
{
    /// <summary>The names in all files.</summary>
    public static EncoderTensorNames Gguf { get; } = new();

    /// <summary>Token embedding, [vocabulary, hidden].</summary>
    public string TokenEmbedding { get; init; } = "token_embd";

    /// <summary>Position embedding, [context, hidden].</summary>
    public string PositionEmbedding { get; init; } = "position_embd";

    /// <summary>Token-type embedding, [types, hidden].</summary>
    public string TokenTypeEmbedding { get; init; } = "token_types";

    /// <summary>Norm of the summed embeddings, [hidden].</summary>
    public string EmbeddingNorm { get; init; } = "token_embd_norm";

    /// <summary>Norm of the last hidden states where blocks norm their input, [hidden].</summary>
    public string FinalNorm { get; init; } = "output_norm";

    /// <summary>Text before the layer number.</summary>
    public string LayerPrefix { get; init; } = "blk.";

    /// <summary>Norm before attention, [hidden]; the first layer has none.</summary>
    public string AttentionInputNorm { get; init; } = "attn_norm";

    /// <summary>Query projection, [hidden, hidden].</summary>
    public string Query { get; init; } = "attn_q";

    /// <summary>Key projection, [hidden, hidden].</summary>
    public string Key { get; init; } = "attn_k";

    /// <summary>Value projection, [hidden, hidden].</summary>
    public string Value { get; init; } = "attn_v";

    /// <summary>Query, key and value projection in one, [3 · hidden, hidden].</summary>
    public string QueryKeyValue { get; init; } = "attn_qkv";

    /// <summary>Attention output projection, [hidden, hidden].</summary>
    public string AttentionOutput { get; init; } = "attn_output";

    /// <summary>Norm after attention, [hidden].</summary>
    public string AttentionNorm { get; init; } = "attn_output_norm";

    /// <summary>Norm before the feed-forward layer, [hidden].</summary>
    public string FeedForwardInputNorm { get; init; } = "ffn_norm";

    /// <summary>Gate projection, [intermediate, hidden].</summary>
    public string Gate { get; init; } = "ffn_gate";

    /// <summary>Up projection, [intermediate, hidden]; with the gate before it where both are one, [2 · intermediate, hidden].</summary>
    public string Up { get; init; } = "ffn_up";

    /// <summary>Down projection, [hidden, intermediate].</summary>
    public string Down { get; init; } = "ffn_down";

    /// <summary>Norm after the feed-forward layer, [hidden].</summary>
    public string OutputNorm { get; init; } = "layer_output_norm";

    /// <summary>First matrix of a classification head, or the pooler, [hidden, hidden].</summary>
    public string HeadDense { get; init; } = "cls";

    /// <summary>Norm in a classification head, [hidden].</summary>
    public string HeadNorm { get; init; } = "cls.norm";

    /// <summary>Last matrix of a classification head, [labels, hidden].</summary>
    public string HeadOutput { get; init; } = "cls.output";

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
