using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>Reads the configuration of an encoder's folder: config.json, and what sentence-transformers adds.</summary>
/// <remarks>Families spell the same sizes differently; each is looked up under all its names.</remarks>
internal static class EncoderFolder
{
    private const float DefaultEpsilon = 1e-12f;
    private const float DefaultModernEpsilon = 1e-5f;
    private const float DefaultLocalTheta = 10_000;
    private const int DefaultLocalAttention = 128;
    private const int DefaultPeriod = 3;

    /// <summary>Reads and checks a folder.</summary>
    /// <exception cref="ModelFormatException">A key is missing, wrong or asks for something that is not implemented.</exception>
    public static EncoderConfiguration Read(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var config = folder.ReadRequired("config.json");
        var type = config.GetString("model_type");
        var family = EncoderFamilies.FindByModelType(type) ?? throw EncoderFamilies.Unsupported(config.Path, type);
        RefuseOtherKinds(config, family);
        var context = ReadContext(config, family);
        var layers = Size(config, "num_hidden_layers", "n_layers", "n_layer");
        return new EncoderConfiguration
        {
            Family = family,
            HiddenSize = Size(config, "hidden_size", "dim", "n_embd"),
            IntermediateSize = Size(config, "intermediate_size", "hidden_dim", "n_inner"),
            LayerCount = layers,
            HeadCount = Size(config, "num_attention_heads", "n_heads", "n_head"),
            ContextLength = context,
            VocabularySize = config.GetSize("vocab_size"),
            TokenTypeCount = family.HasTokenTypes ? ReadTokenTypeCount(config) : 0,
            RopeTheta = family.HasLearnedPositions ? 0 : ReadTheta(config, "full_attention", family.DefaultTheta, "global_rope_theta", "rotary_emb_base"),
            LocalRopeTheta = family.HasLocalLayers ? ReadTheta(config, "sliding_attention", DefaultLocalTheta, "local_rope_theta") : 0,
            LocalReach = family.HasLocalLayers ? config.GetSize("local_attention", DefaultLocalAttention) / 2 : 0,
            GlobalLayerPeriod = family.HasLocalLayers ? ReadPeriod(config, layers) : 0,
            LayerNormEpsilon = family.HasPreNorms
                ? config.GetPositive("norm_eps", DefaultModernEpsilon)
                : config.GetPositive("layer_norm_eps", config.GetPositive("layer_norm_epsilon", DefaultEpsilon)),
            Labels = ReadLabels(config),
            HeadPooling = ReadHeadPooling(config),
            Pooling = SentenceTransformerModules.ReadPooling(folder),
            IsNormalized = SentenceTransformerModules.ReadIsNormalized(folder),
            MaxTokens = ReadMaxTokens(folder, EncoderConfiguration.LongestOf(family, context)),
        }.Checked(config.Path);
    }

    /// <summary>Rows of a folder's table of positions that come before that of the first token.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="family">The family.</param>
    public static int ReadPaddingPositions(ModelFolderFile config, EncoderFamily family)
    {
        if (!family.HasPaddingPositions) return 0;
        if (!config.TryGet("pad_token_id", out var id)) return 2;

        return id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number) && number is >= 0 and < int.MaxValue
            ? number + 1
            : throw config.Bad("pad_token_id", "a token id", id.GetRawText());
    }

    private static int Size(ModelFolderFile config, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (config.TryGet(name, out _)) return config.GetSize(name);
        }

        return config.GetSize(names[0]);
    }

    /// <summary>Positions of the model; a length that asks for another rotation beyond a trained one ends there.</summary>
    private static int ReadContext(ModelFolderFile config, EncoderFamily family)
    {
        var context = Size(config, "max_position_embeddings", "n_positions");
        if (config.TryGet("rotary_scaling_factor", out _)) context = Math.Min(context, config.GetSize("max_trained_positions", context));
        var padding = ReadPaddingPositions(config, family);
        return context > padding ? context - padding : throw config.Bad(
            "max_position_embeddings", $"more than the {padding} positions of padding", $"{context}");
    }

    private static int ReadTokenTypeCount(ModelFolderFile config) =>
        config.TryGet("type_vocab_size", out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var number) && number == 0
            ? 0
            : config.GetSize("type_vocab_size", 2);

    private static float ReadTheta(ModelFolderFile config, string layerType, float absent, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (config.TryGet(name, out _)) absent = config.GetPositive(name);
        }

        var settings = RopeSettings.ReadKind(config, layerType) ?? RopeSettings.Read(config, absent);
        return settings.Type == "default" ? settings.Theta : throw settings.Unsupported("default");
    }

    /// <summary>The number of layers from one that sees all tokens to the next; a list of layers must repeat so.</summary>
    private static int ReadPeriod(ModelFolderFile config, int layers)
    {
        var period = config.GetSize("global_attn_every_n_layers", DefaultPeriod);
        if (!config.TryGet("layer_types", out var types)) return period;
        if (types.ValueKind != JsonValueKind.Array || types.GetArrayLength() != layers) throw config.Bad("layer_types", $"a list of {layers} names", types.GetRawText());

        var names = types.EnumerateArray().Select(type => type.ToString()).ToList();
        var second = names.FindIndex(1, name => name == "full_attention");
        period = second > 0 ? second : Math.Max(period, layers);
        var isRegular = names.Index().All(layer => layer.Item == (layer.Index % period == 0 ? "full_attention" : "sliding_attention"));
        return isRegular ? period : throw new ModelFormatException(
            ModelFormatError.Unsupported, config.Path, "this pattern in 'layer_types' is not supported",
            "full_attention in the first layer and every n-th, sliding_attention elsewhere", string.Join(", ", names));
    }

    /// <summary>Names of a classifier's results; none for a model that is said to be something else.</summary>
    private static string[] ReadLabels(ModelFolderFile config)
    {
        if (!IsClassifier(config)) return [];
        if (!config.TryGet("id2label", out var labels)) return ["LABEL_0", "LABEL_1"]; // the library's default
        if (labels.ValueKind != JsonValueKind.Object) throw config.Bad("id2label", "an object", labels.GetRawText());

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels.EnumerateObject()) names[label.Name] = label.Value.ToString();
        return [.. Enumerable.Range(0, names.Count).Select(id => names.TryGetValue($"{id}", out var name)
            ? name
            : throw config.Bad("id2label", $"a label for each of 0 to {names.Count - 1}", labels.GetRawText()))];
    }

    private static bool IsClassifier(ModelFolderFile config) =>
        config.TryGet("architectures", out var names) && names.ValueKind == JsonValueKind.Array
        && names.EnumerateArray().Any(name => name.ToString().EndsWith("ForSequenceClassification", StringComparison.Ordinal));

    private static Pooling ReadHeadPooling(ModelFolderFile config)
    {
        config.Require("classifier_pooling", "cls", "cls", "mean");
        return config.TryGet("classifier_pooling", out var pooling) && pooling.GetString() == "mean" ? Pooling.Mean : Pooling.Cls;
    }

    private static int ReadMaxTokens(ModelFolder folder, int longest) =>
        Math.Min(folder.ReadOptional("sentence_bert_config.json")?.GetSize("max_seq_length", longest) ?? longest, longest);

    private static void RefuseOtherKinds(ModelFolderFile config, EncoderFamily family)
    {
        ReadOnlySpan<string> activations = family.FeedForward == EncoderFeedForward.GatedSilu ? ["silu", "swiglu"] : ["gelu"];
        foreach (var key in new[] { "hidden_act", "activation", "hidden_activation", "activation_function" })
        {
            config.Require(key, activations[0], activations);
        }

        if (family.HasLearnedPositions) config.Require("position_embedding_type", "absolute", "absolute");
        if (family.HasHeadNorm) config.Require("classifier_activation", "gelu", "gelu");
        foreach (var key in new[] { "is_decoder", "causal", "prenorm", "parallel_block", "use_rms_norm", "rotary_emb_interleaved" })
        {
            if (config.GetBoolean(key, absent: false)) throw Unsupported(key, "false", "true");
        }

        if (config.GetPositive("rotary_emb_fraction", 1) != 1) throw Unsupported("rotary_emb_fraction", "1", $"{config.GetPositive("rotary_emb_fraction")}");
        if (config.TryGet("num_experts", out var experts) && experts.GetRawText() != "0") throw Unsupported("num_experts", "none", experts.GetRawText());

        ModelFormatException Unsupported(string key, string expected, string got) => new(
            ModelFormatError.Unsupported, config.Path, $"'{key}' has an unsupported value", expected, got);
    }
}
