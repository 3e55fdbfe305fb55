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

    /// <summary>Names in Hugging Face folders.</summary>
    public static DecoderTensorNames HuggingFace { get; } = new()
    {
        TokenEmbedding = "model.embed_tokens.weight",
        OutputNorm = "model.norm.weight",
        Output = "lm_head.weight",
        RopeDivisors = "rope_freqs.weight", // only in GGUF: these folders describe the divisors in config.json
        LayerPrefix = "model.layers.",
        AttentionNorm = "input_layernorm.weight",
        Query = "self_attn.q_proj.weight",
        Key = "self_attn.k_proj.weight",
        Value = "self_attn.v_proj.weight",
        AttentionOutput = "self_attn.o_proj.weight",
        FeedForwardNorm = "post_attention_layernorm.weight",
        Gate = "mlp.gate_proj.weight",
        Up = "mlp.up_proj.weight",
        Down = "mlp.down_proj.weight",
    };
}
