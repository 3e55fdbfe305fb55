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
}
