using System.Text.Json;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>Reads and checks a decoder's config.json, in the older form and in that of transformers 5.</summary>
/// <remarks>What would change the numbers and is not implemented is refused by its name.</remarks>
internal sealed class DecoderConfigReader
{
    private const string Scalar = "query_pre_attn_scalar";

    private readonly ModelFolderFile _config;
    private readonly DecoderFolderFamily _folder;
    private readonly ConfigKeys _keys;

    private DecoderConfigReader(ModelFolderFile config, DecoderFolderFamily folder) =>
        (_config, _folder, _keys) = (config, folder, folder.Keys);

    /// <summary>Reads a folder's configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, wrong or asks for something that is not implemented.</exception>
    public static DecoderConfiguration Read(ModelFolder folder)
    {
        var config = TextPart.ReadConfig(folder);
        var type = config.GetString("model_type");
        return DecoderFolderFamilies.TryGet(type, out var family)
            ? new DecoderConfigReader(config, family).Read()
            : throw new ModelFormatException(
                ModelFormatError.Unsupported, config.Path, $"model type '{type}' is not a supported decoder",
                string.Join(", ", DecoderFolderFamilies.All.Select(known => known.ModelType)), $"'{type}'");
    }

    private DecoderConfiguration Read()
    {
        RefuseUnknownParts();
        var family = _folder.Family;
        var hidden = _config.GetSize(_keys.HiddenSize);
        var heads = _config.GetSize(_keys.HeadCount);
        var layers = _config.GetSize(_keys.LayerCount);
        var headDim = ReadHeadDim(hidden, heads);
        var context = _config.GetSize(_keys.ContextLength);
        var intermediate = family.HasLearnedPositions ? _config.GetSize(_keys.IntermediateSize, checked(4 * hidden)) : _config.GetSize(_keys.IntermediateSize);
        var window = new WindowReader(_config, _folder, layers);
        var experts = family.AllowsExperts ? ReadExpertCount() : 0;
        return new DecoderConfiguration
        {
            Family = family,
            HiddenSize = hidden,
            IntermediateSize = intermediate,
            LayerCount = layers,
            HeadCount = heads,
            KvHeadCount = ReadKvHeadCount(heads),
            HeadDim = headDim,
            ContextLength = context,
            VocabularySize = _config.GetSize("vocab_size"),
            NormEpsilon = _config.GetPositive(_keys.NormEpsilon, _folder.DefaultNormEpsilon),
            Rope = family.HasLearnedPositions ? null : RopeConfigReader.Read(_config, _folder, headDim, context),
            SlidingRope = window.Size > 0 && family.SlidingTheta > 0 ? RopeConfigReader.ReadSliding(_config, _folder, headDim, context) : null,
            SlidingWindow = window.Size,
            IsSlidingLayer = window.IsSliding,
            EmbeddingScale = _folder.HasMultipliers
                ? _config.GetPositive("embedding_multiplier", 1)
                : DecoderMetadata.DefaultEmbeddingScale(family, hidden),
            AttentionScale = ReadAttentionScale(headDim),
            ResidualScale = _folder.HasMultipliers ? _config.GetPositive("residual_multiplier", 1) : 1,
            LogitScale = _folder.HasMultipliers ? 1 / _config.GetPositive("logits_scaling", 1) : 1,
            AttentionSoftCap = ReadSoftCap("attn_logit_softcapping", family.DefaultAttentionSoftCap),
            LogitSoftCap = ReadSoftCap("final_logit_softcapping", family.DefaultLogitSoftCap),
            ExpertCount = experts,
            ExpertsPerToken = experts == 0 ? 0 : ReadExpertsPerToken(experts),
            ExpertIntermediateSize = experts == 0 ? 0 : _config.GetSize(_keys.ExpertIntermediateSize),
            NormalizesExpertWeights = experts != 0 && (_folder.HasExpertNormKey
                ? _config.GetBoolean("norm_topk_prob", _folder.NormalizesExpertWeightsByDefault)
                : _folder.NormalizesExpertWeightsByDefault),
            HasTiedOutput = _config.GetBoolean("tie_word_embeddings", _folder.HasTiedOutputByDefault),
        };
    }

    private void RefuseUnknownParts()
    {
        if (_config.TryGet("quantization_config", out _))
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, _config.Path, "'quantization_config': packed weights of other tools cannot be read; use the unquantised folder or a GGUF file");
        }

        foreach (var (key, supported) in _folder.RequiredFlags)
        {
            if (_config.GetBoolean(key, supported) != supported) throw Unsupported(key, supported ? "true" : "false");
        }

        RequireActivation();
        if (_folder.AllowsPartialRotation || !_config.TryGet("partial_rotary_factor", out _)) return;
        if (_config.GetPositive("partial_rotary_factor") != 1) throw Unsupported("partial_rotary_factor", "1");
    }

    private void RequireActivation()
    {
        string[] supported = _folder.Family.FeedForward == FeedForwardKind.GatedSilu ? ["silu", "swish"] : ["gelu_pytorch_tanh", "gelu_new"];
        var key = _keys.Activation.FirstOrDefault(key => _config.TryGet(key, out _));
        if (key is not null) _config.Require(key, supported[0], supported);
    }

    private int ReadHeadDim(int hidden, int heads)
    {
        if (_folder.DefaultHeadDim == 0 && hidden % heads != 0 && !_config.TryGet(_keys.HeadDim, out _))
        {
            throw _config.Bad(_keys.HeadCount, $"a divisor of the hidden size {hidden}", $"{heads}");
        }

        var headDim = _config.GetSize(_keys.HeadDim, _folder.DefaultHeadDim > 0 ? _folder.DefaultHeadDim : hidden / heads);
        return headDim % 2 == 0 && (long)headDim * heads <= int.MaxValue / 4
            ? headDim
            : throw _config.Bad(_keys.HeadDim, "an even width that fits memory", $"{headDim}");
    }

    private int ReadKvHeadCount(int heads)
    {
        var count = _config.GetSize(_keys.KvHeadCount, heads);
        return heads % count == 0 ? count : throw _config.Bad(_keys.KvHeadCount, $"a divisor of the {heads} heads", $"{count}");
    }

    private float ReadAttentionScale(int headDim)
    {
        if (_folder.HasMultipliers) return _config.GetPositive("attention_multiplier", 1);
        return 1 / MathF.Sqrt(_folder.DefaultQueryScalar > 0 ? _config.GetPositive(Scalar, _folder.DefaultQueryScalar) : headDim);
    }

    /// <summary>A soft cap: absent means the family's, null means none.</summary>
    private float ReadSoftCap(string key, float absent)
    {
        if (!_config.Root.TryGetProperty(key, out var value)) return absent;
        return value.ValueKind == JsonValueKind.Null ? 0 : _config.GetPositive(key);
    }

    private int ReadExpertCount()
    {
        if (_keys.ExpertCount.FirstOrDefault(key => _config.TryGet(key, out _)) is not { } key) return 0;

        if (_config.GetSize("decoder_sparse_step", 1) != 1) throw Unsupported("decoder_sparse_step", "1: experts in every layer");
        if (_config.TryGet("mlp_only_layers", out var dense) && (dense.ValueKind != JsonValueKind.Array || dense.GetArrayLength() > 0))
        {
            throw Unsupported("mlp_only_layers", "an empty list: experts in every layer");
        }

        return _config.GetSize(key);
    }

    private int ReadExpertsPerToken(int experts)
    {
        const string Key = "num_experts_per_tok";
        var count = _config.GetSize(Key);
        return count <= experts ? count : throw _config.Bad(Key, $"1 to the {experts} experts", $"{count}");
    }

    private ModelFormatException Unsupported(string key, string supported) => new(
        ModelFormatError.Unsupported, _config.Path, $"'{key}' has an unsupported value", supported,
        _config.TryGet(key, out var value) ? value.GetRawText() : "none");
}
