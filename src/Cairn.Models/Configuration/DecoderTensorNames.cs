namespace Cairn.Models.Configuration;

/// <summary>Names of a decoder's tensors, by default GGUF's; the names of a layer's tensors follow its prefix.</summary>
public sealed record DecoderTensorNames
{
    /// <summary>Names in GGUF files, all families.</summary>
    public static DecoderTensorNames Gguf { get; } = new();

    /// <summary>Token embedding, [vocabulary, hidden].</summary>
    public string TokenEmbedding { get; init; } = "token_embd.weight";

    /// <summary>Learned positions, [context, hidden].</summary>
    public string PositionEmbedding { get; init; } = "position_embd.weight";

    /// <summary>Gain of the last norm, [hidden].</summary>
    public string OutputNorm { get; init; } = "output_norm.weight";

    /// <summary>Output matrix, [vocabulary, hidden]; absent when tied to the embedding.</summary>
    public string Output { get; init; } = "output.weight";

    /// <summary>Divisors of the rotary frequencies, [rotated dimensions / 2]; absent when nothing is divided.</summary>
    public string RopeDivisors { get; init; } = "rope_freqs.weight";

    /// <summary>Divisors of the frequencies within the original context, [rotated dimensions / 2].</summary>
    public string RopeFactorsShort { get; init; } = "rope_factors_short.weight";

    /// <summary>Divisors of the frequencies beyond the original context, [rotated dimensions / 2].</summary>
    public string RopeFactorsLong { get; init; } = "rope_factors_long.weight";

    /// <summary>Text before the layer number.</summary>
    public string LayerPrefix { get; init; } = "blk.";

    /// <summary>Gain of the norm before attention, [hidden].</summary>
    public string AttentionNorm { get; init; } = "attn_norm.weight";

    /// <summary>Queries, keys and values in one matrix, [query + key + value width, hidden].</summary>
    public string QueryKeyValue { get; init; } = "attn_qkv.weight";

    /// <summary>Query projection, [query heads · head width, hidden].</summary>
    public string Query { get; init; } = "attn_q.weight";

    /// <summary>Key projection, [key heads · head width, hidden].</summary>
    public string Key { get; init; } = "attn_k.weight";

    /// <summary>Value projection, [key heads · head width, hidden].</summary>
    public string Value { get; init; } = "attn_v.weight";

    /// <summary>Gain of the norm of queries, [head width] or [query heads · head width].</summary>
    public string QueryNorm { get; init; } = "attn_q_norm.weight";

    /// <summary>Gain of the norm of keys, [head width] or [key heads · head width].</summary>
    public string KeyNorm { get; init; } = "attn_k_norm.weight";

    /// <summary>Attention output projection, [hidden, query heads · head width].</summary>
    public string AttentionOutput { get; init; } = "attn_output.weight";

    /// <summary>Gain of the norm after attention, [hidden].</summary>
    public string AttentionPostNorm { get; init; } = "post_attention_norm.weight";

    /// <summary>Gain of the norm before the feed-forward layer, [hidden].</summary>
    public string FeedForwardNorm { get; init; } = "ffn_norm.weight";

    /// <summary>Gate of the feed-forward layer, [intermediate, hidden].</summary>
    public string Gate { get; init; } = "ffn_gate.weight";

    /// <summary>Up projection, [intermediate, hidden]; with a fused gate [2 · intermediate, hidden], gate first.</summary>
    public string Up { get; init; } = "ffn_up.weight";

    /// <summary>Down projection, [hidden, intermediate].</summary>
    public string Down { get; init; } = "ffn_down.weight";

    /// <summary>Scores of the experts, [experts, hidden].</summary>
    public string Router { get; init; } = "ffn_gate_inp.weight";

    /// <summary>Gates of all experts, [experts, expert width, hidden].</summary>
    public string ExpertGates { get; init; } = "ffn_gate_exps.weight";

    /// <summary>Up projections of all experts, [experts, expert width, hidden].</summary>
    public string ExpertUps { get; init; } = "ffn_up_exps.weight";

    /// <summary>Down projections of all experts, [experts, hidden, expert width].</summary>
    public string ExpertDowns { get; init; } = "ffn_down_exps.weight";

    /// <summary>Gain of the norm after the feed-forward layer, [hidden].</summary>
    public string FeedForwardPostNorm { get; init; } = "post_ffw_norm.weight";

    /// <summary>Full name of a layer's tensor: <c>OfLayer(3, names.Query)</c>.</summary>
    /// <param name="layer">Number of the layer, from 0.</param>
    /// <param name="part">One of the layer names of this record.</param>
    public string OfLayer(int layer, string part) => $"{LayerPrefix}{layer}.{part}";

    /// <summary>Name of the bias that belongs to a weight: <c>attn_q.weight</c> gives <c>attn_q.bias</c>.</summary>
    /// <param name="weight">A name that ends in <c>.weight</c>.</param>
    public static string BiasOf(string weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return string.Concat(weight.AsSpan(0, weight.LastIndexOf('.')), ".bias");
    }
}
