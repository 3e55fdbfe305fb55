using System.Globalization;
using System.Text.Json.Nodes;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>Writes config.json for a decoder: the other direction of <see cref="DecoderConfigReader"/>.</summary>
internal sealed class DecoderConfigWriter
{
    private readonly DecoderConfiguration _c;
    private readonly DecoderFolderFamily _folder;
    private readonly ITensorSource _source;
    private readonly JsonObject _json = [];

    private DecoderConfigWriter(ITensorSource source, DecoderConfiguration configuration) =>
        (_source, _c, _folder) = (source, configuration, DecoderFolderFamilies.Of(configuration));

    /// <summary>Describes a model in the older form, which every version of the published libraries reads.</summary>
    /// <param name="source">The model's tensors, by canonical names.</param>
    /// <param name="configuration">The model.</param>
    /// <param name="typeName">Name of the weights' type, such as <c>float16</c>.</param>
    /// <exception cref="ModelFormatException">Rotary divisors follow no rule that config.json can state.</exception>
    public static JsonObject Describe(ITensorSource source, DecoderConfiguration configuration, string typeName)
    {
        var writer = new DecoderConfigWriter(source, configuration);
        writer.Write(typeName);
        return writer._json;
    }

    private void Write(string typeName)
    {
        var keys = _folder.Keys;
        _json["architectures"] = new JsonArray(_folder.ModelClass);
        _json["model_type"] = _folder.ModelType;
        _json[keys.HiddenSize] = _c.HiddenSize;
        _json[keys.IntermediateSize] = _c.IntermediateSize;
        _json[keys.LayerCount] = _c.LayerCount;
        _json[keys.HeadCount] = _c.HeadCount;
        _json[keys.ContextLength] = _c.ContextLength;
        _json[keys.NormEpsilon] = Number(_c.NormEpsilon);
        foreach (var key in keys.Activation) _json[key] = ActivationName();
        _json["vocab_size"] = _c.VocabularySize;
        _json["tie_word_embeddings"] = _c.HasTiedOutput;
        _json["torch_dtype"] = typeName;
        if (!_c.Family.HasLearnedPositions)
        {
            _json[keys.KvHeadCount] = _c.KvHeadCount;
            _json[keys.HeadDim] = _c.HeadDim;
        }

        WriteBiases();
        WriteRope();
        WriteWindow();
        WriteScales();
        WriteExperts();
    }

    private string ActivationName() => _c.Family.FeedForward switch
    {
        FeedForwardKind.GatedSilu => "silu",
        FeedForwardKind.GatedGeluTanh => "gelu_pytorch_tanh",
        _ => "gelu_new",
    };

    private void WriteBiases()
    {
        if (_c.Family.Biases != BiasRule.Optional) return;

        _json["attention_bias"] = HasBias(_c.TensorNames.AttentionOutput);
        _json["mlp_bias"] = HasBias(_c.TensorNames.Down);
    }

    private bool HasBias(string part) => _source.Tensors.Any(
        tensor => tensor.Name == DecoderTensorNames.BiasOf(_c.TensorNames.OfLayer(0, part)));

    private void WriteRope()
    {
        if (_c.Rope is not { } rope) return;

        _json["rope_theta"] = Number(rope.Theta);
        if (_c.SlidingRope is { } sliding) _json["rope_local_base_freq"] = Number(sliding.Theta);
        if (_folder.AllowsPartialRotation)
        {
            _json["partial_rotary_factor"] = Number((float)rope.Dimension / _c.HeadDim);
            _json["original_max_position_embeddings"] = rope.Scaling is LongRopeScaling known ? known.OriginalContext : _c.ContextLength;
        }

        _json["rope_scaling"] = rope.Scaling switch
        {
            LinearRopeScaling linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = Number(linear.Factor) },
            Llama3RopeScaling => Llama3Rule.Recover(_source, _c).ToJson(),
            YarnRopeScaling yarn => WriteYarn(yarn),
            LongRopeScaling longRope => WriteLongRope(longRope),
            _ => null,
        };
    }

    private static JsonObject WriteYarn(YarnRopeScaling yarn) => new()
    {
        ["rope_type"] = "yarn",
        ["factor"] = Number(yarn.Factor),
        ["original_max_position_embeddings"] = yarn.OriginalContext,
        ["beta_fast"] = Number(yarn.BetaFast),
        ["beta_slow"] = Number(yarn.BetaSlow),
        ["attention_factor"] = Number(yarn.AttentionFactor),
    };

    private JsonObject WriteLongRope(LongRopeScaling scaling)
    {
        var result = new JsonObject
        {
            ["type"] = "longrope",
            ["short_factor"] = Numbers(_c.TensorNames.RopeFactorsShort),
            ["long_factor"] = Numbers(_c.TensorNames.RopeFactorsLong),
        };
        if (scaling.AttentionFactor != LongRopeScaling.DefaultAttentionFactor(_c.ContextLength, scaling.OriginalContext))
            result["attention_factor"] = Number(scaling.AttentionFactor);
        return result;
    }

    private JsonArray Numbers(string tensor) => _source.TryGetTensor(tensor, out var view)
        ? new JsonArray([.. view.ToFloats().Select(value => (JsonNode)Number(value))])
        : throw new ModelFormatException(ModelFormatError.MissingTensor, _source.Path, $"tensor '{tensor}' is missing", tensor: tensor);

    private void WriteWindow()
    {
        if (_folder.Window == WindowRule.None) return;

        _json["sliding_window"] = _c.SlidingWindow > 0 ? _c.SlidingWindow : null;
        if (_folder.Window is WindowRule.AllLayersIfUsed or WindowRule.UpperLayersIfUsed)
            _json["use_sliding_window"] = _c.SlidingWindow > 0;
        if (_folder.Window == WindowRule.Pattern || (_folder.Window == WindowRule.UpperLayersIfUsed && _c.SlidingWindow > 0))
        {
            _json["layer_types"] = new JsonArray([.. Enumerable.Range(0, _c.LayerCount).Select(
                layer => (JsonNode)(_c.WindowOf(layer) > 0 ? "sliding_attention" : "full_attention"))]);
        }
    }

    private void WriteScales()
    {
        if (_folder.HasMultipliers)
        {
            _json["attention_multiplier"] = Number(_c.AttentionScale);
            _json["embedding_multiplier"] = Number(_c.EmbeddingScale);
            _json["residual_multiplier"] = Number(_c.ResidualScale);
            _json["logits_scaling"] = Inverse(_c.LogitScale);
        }

        if (_folder.DefaultQueryScalar == 0) return;

        var scalar = 1 / ((double)_c.AttentionScale * _c.AttentionScale);
        var whole = Math.Round(scalar);
        _json["query_pre_attn_scalar"] = 1 / MathF.Sqrt((float)whole) == _c.AttentionScale ? (long)whole : scalar;
        _json["attn_logit_softcapping"] = _c.AttentionSoftCap > 0 ? Number(_c.AttentionSoftCap) : null;
        _json["final_logit_softcapping"] = _c.LogitSoftCap > 0 ? Number(_c.LogitSoftCap) : null;
    }

    private void WriteExperts()
    {
        if (_c.ExpertCount == 0) return;

        _json[_folder.HasExpertNormKey ? "num_experts" : "num_local_experts"] = _c.ExpertCount;
        _json["num_experts_per_tok"] = _c.ExpertsPerToken;
        _json[_folder.Keys.ExpertIntermediateSize] = _c.ExpertIntermediateSize;
        if (_folder.HasExpertNormKey) _json["norm_topk_prob"] = _c.NormalizesExpertWeights;
    }

    /// <summary>The shortest decimal that reads as the same single-precision number.</summary>
    internal static JsonValue Number(float value) =>
        JsonValue.Create(double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>A number whose inverse is a given one, in few digits where that is possible.</summary>
    private static JsonValue Inverse(float value)
    {
        var inverse = 1 / (double)value;
        var rounded = Math.Round(inverse, 6);
        return JsonValue.Create(1 / (float)rounded == value ? rounded : inverse);
    }
}
