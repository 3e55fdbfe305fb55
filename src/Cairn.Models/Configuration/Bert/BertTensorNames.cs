namespace Cairn.Models.Configuration.Bert;

/// <summary>Tensor names of the BERT family.</summary>
public static class BertTensorNames
{
    /// <summary>Names in GGUF files.</summary>
    public static EncoderTensorNames Gguf { get; } = new()
    {
        TokenEmbedding = "token_embd",
        PositionEmbedding = "position_embd",
        TokenTypeEmbedding = "token_types",
        EmbeddingNorm = "token_embd_norm",
        LayerPrefix = "blk.",
        Query = "attn_q",
        Key = "attn_k",
        Value = "attn_v",
        AttentionOutput = "attn_output",
        AttentionNorm = "attn_output_norm",
        Up = "ffn_up",
        Down = "ffn_down",
        OutputNorm = "layer_output_norm",
    };

    /// <summary>Names in Hugging Face folders.</summary>
    /// <param name="prefix">Text before every name: empty for a bare encoder, <c>bert.</c> below a head.</param>
    public static EncoderTensorNames HuggingFace(string prefix = "") => new()
    {
        TokenEmbedding = prefix + "embeddings.word_embeddings",
        PositionEmbedding = prefix + "embeddings.position_embeddings",
        TokenTypeEmbedding = prefix + "embeddings.token_type_embeddings",
        EmbeddingNorm = prefix + "embeddings.LayerNorm",
        LayerPrefix = prefix + "encoder.layer.",
        Query = "attention.self.query",
        Key = "attention.self.key",
        Value = "attention.self.value",
        AttentionOutput = "attention.output.dense",
        AttentionNorm = "attention.output.LayerNorm",
        Up = "intermediate.dense",
        Down = "output.dense",
        OutputNorm = "output.LayerNorm",
    };
}
