namespace Cairn.Models.HuggingFace;

/// <summary>The tables of the encoder families, by <c>model_type</c> of config.json.</summary>
internal static class EncoderMappings
{
    private static readonly TensorRule[] BertLayers =
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
    ];

    private static readonly TensorMapping Bert = new(
        "bert.",
        [.. BertLayers, new("*pooler.dense", "cls"), new("classifier", "cls.output")],
        ["*embeddings.position_ids", .. Parts(
            "cls.predictions", "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.decoder",
            "cls.seq_relationship")]);

    private static readonly TensorMapping XlmRoberta = new(
        "roberta.",
        [
            .. BertLayers.Select(rule => rule.Canonical == "position_embd" ? rule with { Layout = TensorLayout.SkippedRows } : rule),
            new("classifier.dense", "cls"),
            new("classifier.out_proj", "cls.output"),
        ],
        ["*embeddings.position_ids", .. Parts("*pooler.dense", "lm_head", "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder")]);

    private static readonly TensorMapping DistilBert = new(
        "distilbert.",
        [
            new("*embeddings.word_embeddings", "token_embd"),
            new("*embeddings.position_embeddings", "position_embd"),
            new("*embeddings.LayerNorm", "token_embd_norm"),
            new("*transformer.layer.{n}.attention.q_lin", "blk.{n}.attn_q"),
            new("*transformer.layer.{n}.attention.k_lin", "blk.{n}.attn_k"),
            new("*transformer.layer.{n}.attention.v_lin", "blk.{n}.attn_v"),
            new("*transformer.layer.{n}.attention.out_lin", "blk.{n}.attn_output"),
            new("*transformer.layer.{n}.sa_layer_norm", "blk.{n}.attn_output_norm"),
            new("*transformer.layer.{n}.ffn.lin1", "blk.{n}.ffn_up"),
            new("*transformer.layer.{n}.ffn.lin2", "blk.{n}.ffn_down"),
            new("*transformer.layer.{n}.output_layer_norm", "blk.{n}.layer_output_norm"),
            new("pre_classifier", "cls"),
            new("classifier", "cls.output"),
        ],
        ["*embeddings.position_ids", .. Parts("vocab_transform", "vocab_layer_norm", "vocab_projector")]);

    private static readonly TensorMapping NomicBert = new(
        "bert.",
        [
            new("*embeddings.word_embeddings", "token_embd"),
            new("*embeddings.token_type_embeddings", "token_types"),
            new("*emb_ln", "token_embd_norm"),
            new("*encoder.layers.{n}.attn.Wqkv", "blk.{n}.attn_qkv"),
            new("*encoder.layers.{n}.attn.out_proj", "blk.{n}.attn_output"),
            new("*encoder.layers.{n}.norm1", "blk.{n}.attn_output_norm"),
            new("*encoder.layers.{n}.mlp.fc11", "blk.{n}.ffn_up"),
            new("*encoder.layers.{n}.mlp.fc12", "blk.{n}.ffn_gate"),
            new("*encoder.layers.{n}.mlp.fc2", "blk.{n}.ffn_down"),
            new("*encoder.layers.{n}.norm2", "blk.{n}.layer_output_norm"),
        ],
        [.. Parts("cls.predictions.transform.dense", "cls.predictions.transform.layer_norm", "cls.predictions.decoder", "*pooler.dense")]);

    private static readonly TensorMapping ModernBert = new(
        "model.",
        [
            new("*embeddings.tok_embeddings", "token_embd"),
            new("*embeddings.norm", "token_embd_norm"),
            new("*layers.{n}.attn_norm", "blk.{n}.attn_norm"),
            new("*layers.{n}.attn.Wqkv", "blk.{n}.attn_qkv"),
            new("*layers.{n}.attn.Wo", "blk.{n}.attn_output"),
            new("*layers.{n}.mlp_norm", "blk.{n}.ffn_norm"),
            new("*layers.{n}.mlp.Wi", "blk.{n}.ffn_up"),
            new("*layers.{n}.mlp.Wo", "blk.{n}.ffn_down"),
            new("*final_norm", "output_norm"),
            new("head.dense", "cls"),
            new("head.norm", "cls.norm"),
            new("classifier", "cls.output"),
        ],
        [.. Parts("decoder")]);

    /// <summary>Each family's table.</summary>
    public static IReadOnlyDictionary<string, TensorMapping> ByFamily { get; } =
        new Dictionary<string, TensorMapping>(StringComparer.Ordinal)
        {
            ["bert"] = Bert,
            ["distilbert"] = DistilBert,
            ["modernbert"] = ModernBert,
            ["nomic_bert"] = NomicBert,
            ["roberta"] = XlmRoberta,
            ["xlm-roberta"] = XlmRoberta,
        };

    /// <summary>Weights and biases of heads that predict words, which encoders do not use.</summary>
    private static IEnumerable<string> Parts(params IEnumerable<string> names) =>
        names.SelectMany(name => new[] { name + ".weight", name + ".bias" });
}
