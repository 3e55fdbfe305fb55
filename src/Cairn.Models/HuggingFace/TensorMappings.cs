namespace Cairn.Models.HuggingFace;

/// <summary>The tables of all families, by <c>model_type</c> of config.json.</summary>
internal static class TensorMappings
{
    private const string LlamaPrefix = "model.";

    private static readonly TensorMapping Llama = new(
        LlamaPrefix,
        [
            new("*embed_tokens", "token_embd"),
            new("*norm", "output_norm"),
            new("lm_head", "output"),
            new("*layers.{n}.input_layernorm", "blk.{n}.attn_norm"),
            new("*layers.{n}.self_attn.q_proj", "blk.{n}.attn_q", TensorLayout.InterleavedHeads),
            new("*layers.{n}.self_attn.k_proj", "blk.{n}.attn_k", TensorLayout.InterleavedHeads),
            new("*layers.{n}.self_attn.v_proj", "blk.{n}.attn_v"),
            new("*layers.{n}.self_attn.o_proj", "blk.{n}.attn_output"),
            new("*layers.{n}.post_attention_layernorm", "blk.{n}.ffn_norm"),
            new("*layers.{n}.mlp.gate_proj", "blk.{n}.ffn_gate"),
            new("*layers.{n}.mlp.up_proj", "blk.{n}.ffn_up"),
            new("*layers.{n}.mlp.down_proj", "blk.{n}.ffn_down"),
        ],
        ["*layers.{n}.self_attn.rotary_emb.inv_freq"]);

    private static readonly TensorMapping Bert = new(
        "bert.",
        [
            new("*embeddings.word_embeddings", "token_embd"),
            new("*embeddings.position_embeddings", "position_embd"),
            new("*embeddings.token_type_embeddings", "token_types"),
            new("*embeddings.LayerNorm", "token_embd_norm"),
            new("*encoder.layer.{n}.attention.self.query", "blk.{n}.attn_q"),
            new("*encoder.layer.{n}.attention.self.key", "blk.{n}.attn_k"),
            new("*encoder.layer.{n}.attention.self.value", "blk.{n}.attn_v"),
            new("*encoder.layer.{n}.attention.output.dense", "blk.{n}.attn_output"),
            new("*encoder.layer.{n}.attention.output.LayerNorm", "blk.{n}.attn_output_norm"),
            new("*encoder.layer.{n}.intermediate.dense", "blk.{n}.ffn_up"),
            new("*encoder.layer.{n}.output.dense", "blk.{n}.ffn_down"),
            new("*encoder.layer.{n}.output.LayerNorm", "blk.{n}.layer_output_norm"),
        ],
        ["*embeddings.position_ids", "*pooler.dense.weight", "*pooler.dense.bias"]);

    /// <summary>Each family's table.</summary>
    public static IReadOnlyDictionary<string, TensorMapping> ByFamily { get; } =
        new Dictionary<string, TensorMapping>(StringComparer.Ordinal)
        {
            ["bert"] = Bert,
            ["llama"] = Llama,
        };
}
