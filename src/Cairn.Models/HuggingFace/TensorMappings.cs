using static Cairn.Models.HuggingFace.TensorLayout;

namespace Cairn.Models.HuggingFace;

/// <summary>The tables of all families, by <c>model_type</c> of config.json.</summary>
internal static class TensorMappings
{
    private const string ModelPrefix = "model.";

    private static readonly string[] RotaryBuffers = ["*layers.{n}.self_attn.rotary_emb.inv_freq", "*rotary_emb.inv_freq"];

    private static readonly TensorRule[] Ends =
    [
        new("*embed_tokens", "token_embd"),
        new("*norm", "output_norm"),
        new("lm_head", "output"),
    ];

    private static readonly TensorRule[] PreNorms =
    [
        new("*layers.{n}.input_layernorm", "blk.{n}.attn_norm"),
        new("*layers.{n}.post_attention_layernorm", "blk.{n}.ffn_norm"),
    ];

    private static readonly TensorRule[] Attention =
    [
        new("*layers.{n}.self_attn.q_proj", "blk.{n}.attn_q"),
        new("*layers.{n}.self_attn.k_proj", "blk.{n}.attn_k"),
        new("*layers.{n}.self_attn.v_proj", "blk.{n}.attn_v"),
        new("*layers.{n}.self_attn.o_proj", "blk.{n}.attn_output"),
    ];

    /// <summary>Queries and keys rotate neighbours in GGUF's llama files, so their rows change places.</summary>
    private static readonly TensorRule[] InterleavedAttention =
    [
        .. Attention.Select(rule => rule.Canonical is "blk.{n}.attn_q" or "blk.{n}.attn_k" ? rule with { Layout = InterleavedHeads } : rule),
    ];

    private static readonly TensorRule[] QueryKeyNorms =
    [
        new("*layers.{n}.self_attn.q_norm", "blk.{n}.attn_q_norm"),
        new("*layers.{n}.self_attn.k_norm", "blk.{n}.attn_k_norm"),
    ];

    private static readonly TensorRule[] GatedFeedForward =
    [
        new("*layers.{n}.mlp.gate_proj", "blk.{n}.ffn_gate"),
        new("*layers.{n}.mlp.up_proj", "blk.{n}.ffn_up"),
        new("*layers.{n}.mlp.down_proj", "blk.{n}.ffn_down"),
    ];

    private static readonly TensorMapping Llama = new(
        ModelPrefix, [.. Ends, .. PreNorms, .. InterleavedAttention, .. GatedFeedForward], RotaryBuffers);

    private static readonly TensorMapping Qwen2 = new(
        ModelPrefix, [.. Ends, .. PreNorms, .. Attention, .. GatedFeedForward], RotaryBuffers);

    private static readonly TensorMapping Qwen3 = new(
        ModelPrefix, [.. Ends, .. PreNorms, .. Attention, .. QueryKeyNorms, .. GatedFeedForward], RotaryBuffers);

    private static readonly TensorMapping Qwen3Moe = new(
        ModelPrefix,
        [
            .. Ends, .. PreNorms, .. Attention, .. QueryKeyNorms,
            new("*layers.{n}.mlp.gate", "blk.{n}.ffn_gate_inp"),
            new("*layers.{n}.mlp.experts.{e}.gate_proj", "blk.{n}.ffn_gate_exps"),
            new("*layers.{n}.mlp.experts.{e}.up_proj", "blk.{n}.ffn_up_exps"),
            new("*layers.{n}.mlp.experts.{e}.down_proj", "blk.{n}.ffn_down_exps"),
        ],
        RotaryBuffers);

    private static readonly TensorMapping Mixtral = new(
        ModelPrefix,
        [
            .. Ends, .. PreNorms, .. InterleavedAttention,
            new("*layers.{n}.block_sparse_moe.gate", "blk.{n}.ffn_gate_inp"),
            new("*layers.{n}.block_sparse_moe.experts.{e}.w1", "blk.{n}.ffn_gate_exps"),
            new("*layers.{n}.block_sparse_moe.experts.{e}.w3", "blk.{n}.ffn_up_exps"),
            new("*layers.{n}.block_sparse_moe.experts.{e}.w2", "blk.{n}.ffn_down_exps"),
        ],
        RotaryBuffers);

    /// <summary>Gemma multiplies by 1 + w in every norm.</summary>
    private static readonly TensorMapping Gemma = new(
        ModelPrefix,
        [
            .. Ends.Select(rule => rule.Canonical == "output_norm" ? rule with { Layout = OnePlus } : rule),
            .. Attention,
            .. QueryKeyNorms.Select(rule => rule with { Layout = OnePlus }),
            .. GatedFeedForward,
            new("*layers.{n}.input_layernorm", "blk.{n}.attn_norm", OnePlus),
            new("*layers.{n}.post_attention_layernorm", "blk.{n}.post_attention_norm", OnePlus),
            new("*layers.{n}.pre_feedforward_layernorm", "blk.{n}.ffn_norm", OnePlus),
            new("*layers.{n}.post_feedforward_layernorm", "blk.{n}.post_ffw_norm", OnePlus),
        ],
        RotaryBuffers);

    private static readonly TensorMapping Olmo2 = new(
        ModelPrefix,
        [
            .. Ends, .. Attention, .. QueryKeyNorms, .. GatedFeedForward,
            new("*layers.{n}.post_attention_layernorm", "blk.{n}.post_attention_norm"),
            new("*layers.{n}.post_feedforward_layernorm", "blk.{n}.post_ffw_norm"),
        ],
        RotaryBuffers);

    private static readonly TensorMapping Phi3 = new(
        ModelPrefix,
        [
            .. Ends, .. PreNorms,
            new("*layers.{n}.self_attn.qkv_proj", "blk.{n}.attn_qkv"),
            new("*layers.{n}.self_attn.o_proj", "blk.{n}.attn_output"),
            new("*layers.{n}.mlp.gate_up_proj", "blk.{n}.ffn_up"),
            new("*layers.{n}.mlp.down_proj", "blk.{n}.ffn_down"),
        ],
        RotaryBuffers);

    /// <summary>GPT-2's matrices are [inputs, outputs]; its older files hold the causal mask too.</summary>
    private static readonly TensorMapping Gpt2 = new(
        "transformer.",
        [
            new("*wte", "token_embd"),
            new("*wpe", "position_embd"),
            new("*ln_f", "output_norm"),
            new("lm_head", "output"),
            new("*h.{n}.ln_1", "blk.{n}.attn_norm"),
            new("*h.{n}.attn.c_attn", "blk.{n}.attn_qkv", Transposed),
            new("*h.{n}.attn.c_proj", "blk.{n}.attn_output", Transposed),
            new("*h.{n}.ln_2", "blk.{n}.ffn_norm"),
            new("*h.{n}.mlp.c_fc", "blk.{n}.ffn_up", Transposed),
            new("*h.{n}.mlp.c_proj", "blk.{n}.ffn_down", Transposed),
        ],
        ["*h.{n}.attn.bias", "*h.{n}.attn.masked_bias"]);

    private static readonly TensorMapping StarCoder2 = new(
        ModelPrefix,
        [
            .. Ends, .. PreNorms, .. Attention,
            new("*layers.{n}.mlp.c_fc", "blk.{n}.ffn_up"),
            new("*layers.{n}.mlp.c_proj", "blk.{n}.ffn_down"),
        ],
        RotaryBuffers);

    /// <summary>Each family's table.</summary>
    public static IReadOnlyDictionary<string, TensorMapping> ByFamily { get; } =
        new Dictionary<string, TensorMapping>(EncoderMappings.ByFamily, StringComparer.Ordinal)
        {
            ["gemma2"] = Gemma,
            ["gemma3_text"] = Gemma,
            ["gpt2"] = Gpt2,
            ["granite"] = Llama,
            ["llama"] = Llama,
            ["mistral"] = Llama,
            ["mixtral"] = Mixtral,
            ["olmo2"] = Olmo2,
            ["phi3"] = Phi3,
            ["qwen2"] = Qwen2,
            ["qwen3"] = Qwen3,
            ["qwen3_moe"] = Qwen3Moe,
            ["starcoder2"] = StarCoder2,
        };
}
