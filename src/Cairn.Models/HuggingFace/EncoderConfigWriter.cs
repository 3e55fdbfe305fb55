using System.Globalization;
using System.Text.Json.Nodes;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>Writes config.json for an encoder, and the files that sentence-transformers adds: the other direction of <see cref="EncoderFolder"/>.</summary>
internal static class EncoderConfigWriter
{
    private const int PaddingId = 1; // of RoBERTa's vocabularies: two rows come before the first position

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["bert"] = "Bert",
        ["distilbert"] = "DistilBert",
        ["xlm-roberta"] = "XLMRoberta",
        ["nomic_bert"] = "NomicBert",
        ["modernbert"] = "ModernBert",
    };

    /// <summary>Rows that a folder's table of positions has before that of the first token.</summary>
    public static int PaddingPositions(EncoderFamily family) => family.HasPaddingPositions ? PaddingId + 1 : 0;

    /// <summary>Describes a model.</summary>
    /// <param name="c">The model.</param>
    /// <param name="typeName">Name of the weights' type, such as <c>float16</c>.</param>
    public static JsonObject Describe(EncoderConfiguration c, string typeName)
    {
        var family = c.Family;
        var isDistil = family == EncoderFamilies.DistilBert;
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(Classes[family.Name] + (c.Labels.Count > 0 ? "ForSequenceClassification" : "Model")),
            ["model_type"] = family.Name,
            [isDistil ? "dim" : "hidden_size"] = c.HiddenSize,
            [isDistil ? "hidden_dim" : "intermediate_size"] = c.IntermediateSize,
            [isDistil ? "n_layers" : "num_hidden_layers"] = c.LayerCount,
            [isDistil ? "n_heads" : "num_attention_heads"] = c.HeadCount,
            ["max_position_embeddings"] = c.ContextLength + PaddingPositions(family),
            ["vocab_size"] = c.VocabularySize,
            [family.HasPreNorms ? "norm_eps" : "layer_norm_eps"] = Number(c.LayerNormEpsilon),
            [isDistil ? "activation" : family.HasPreNorms ? "hidden_activation" : family.FeedForward == EncoderFeedForward.GatedSilu ? "activation_function" : "hidden_act"] =
                family.FeedForward == EncoderFeedForward.GatedSilu ? "swiglu" : "gelu",
            ["torch_dtype"] = typeName,
        };
        if (family.HasTokenTypes) json["type_vocab_size"] = c.TokenTypeCount;
        if (family.HasPaddingPositions) json["pad_token_id"] = PaddingId;
        if (!family.HasLearnedPositions) json[family.HasLocalLayers ? "global_rope_theta" : "rotary_emb_base"] = Number(c.RopeTheta);
        if (family.HasLocalLayers)
        {
            json["local_rope_theta"] = Number(c.LocalRopeTheta);
            json["local_attention"] = 2 * c.LocalReach;
            json["global_attn_every_n_layers"] = c.GlobalLayerPeriod;
        }

        if (family.HasHeadNorm) json["classifier_pooling"] = c.HeadPooling == Pooling.Mean ? "mean" : "cls";
        if (c.Labels.Count == 0) return json;

        json["id2label"] = new JsonObject([.. c.Labels.Index().Select(label =>
            KeyValuePair.Create($"{label.Index}", (JsonNode?)label.Item))]);
        return json;
    }

    /// <summary>Files that say how token vectors become one, by their paths below the folder; none for a classifier.</summary>
    public static IEnumerable<(string Path, JsonNode Json)> DescribePooling(EncoderConfiguration c)
    {
        yield return ("sentence_bert_config.json", new JsonObject { ["max_seq_length"] = c.MaxTokens, ["do_lower_case"] = false });
        if (c.Labels.Count > 0) yield break;

        string[] modules = c.IsNormalized ? ["Transformer", "Pooling", "Normalize"] : ["Transformer", "Pooling"];
        yield return ("modules.json", new JsonArray([.. modules.Select((name, index) => (JsonNode)new JsonObject
        {
            ["idx"] = index,
            ["name"] = index.ToString(CultureInfo.InvariantCulture),
            ["path"] = index == 0 ? "" : $"{index}_{name}",
            ["type"] = $"sentence_transformers.models.{name}",
        })]));
        yield return (Path.Combine("1_Pooling", "config.json"), new JsonObject
        {
            ["word_embedding_dimension"] = c.HiddenSize,
            ["pooling_mode_cls_token"] = c.Pooling == Pooling.Cls,
            ["pooling_mode_mean_tokens"] = c.Pooling == Pooling.Mean,
            ["pooling_mode_lasttoken"] = c.Pooling == Pooling.Last,
        });
    }

    private static JsonValue Number(float value) => DecoderConfigWriter.Number(value);
}
