namespace Cairn.Models.Configuration.Llama;

/// <summary>Tensor names of the llama family.</summary>
public static class LlamaTensorNames
{
    /// <summary>Names in GGUF files.</summary>
    public static DecoderTensorNames Gguf { get; } = new()
    {
        TokenEmbedding = "token_embd.weight",
        OutputNorm = "output_norm.weight",
        Output = "output.weight",
        RopeDivisors = "rope_freqs.weight",
        LayerPrefix = "blk.",
        AttentionNorm = "attn_norm.weight",
        Query = "attn_q.weight",
        Key = "attn_k.weight",
        Value = "attn_v.weight",
        AttentionOutput = "attn_output.weight",
        FeedForwardNorm = "ffn_norm.weight",
        Gate = "ffn_gate.weight",
        Up = "ffn_up.weight",
        Down = "ffn_down.weight",
    };
}
