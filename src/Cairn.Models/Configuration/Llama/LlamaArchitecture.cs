using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using static Cairn.Models.Configuration.TensorRequirement;

namespace Cairn.Models.Configuration.Llama;

/// <summary>Llama: RMS norms, rotary positions, grouped-query attention, SwiGLU; biases where the file has them.</summary>
/// <remarks>Touvron et al. 2023, arXiv:2302.13971 and 2307.09288; GGUF keys as llama.cpp's converter writes them.</remarks>
public sealed class LlamaArchitecture : DecoderArchitecture
{
    private const float DefaultRopeTheta = 10_000f;

    /// <inheritdoc/>
    public override string Name => "llama";

    /// <inheritdoc/>
    public override DecoderConfiguration Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var keys = new GgufKeys(file, Name);
        var names = LlamaTensorNames.Gguf;
        var hidden = keys.GetSize("embedding_length");
        var heads = keys.GetSize("attention.head_count");
        var headDim = ReadHeadDim(keys, hidden, heads);
        return new DecoderConfiguration
        {
            Architecture = Name,
            HiddenSize = hidden,
            IntermediateSize = keys.GetSize("feed_forward_length"),
            LayerCount = keys.GetLayerCount(),
            HeadCount = heads,
            KvHeadCount = ReadKvHeadCount(keys, heads),
            HeadDim = headDim,
            ContextLength = keys.GetContextLength(),
            VocabularySize = keys.GetVocabularySize(names.TokenEmbedding),
            RmsNormEpsilon = keys.GetPositive("attention.layer_norm_rms_epsilon"),
            RopeTheta = keys.GetPositive("rope.freq_base", DefaultRopeTheta),
            RopeDimension = ReadRopeDimension(keys, headDim),
            RopePairing = RopePairing.Adjacent,
            RopeLinearFactor = ReadRopeLinearFactor(file, keys),
            HasTiedOutput = !file.TryGetTensor(names.Output, out _),
            TensorNames = names,
        };
    }

    /// <inheritdoc/>
    public override DecoderConfiguration Read(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var config = folder.ReadRequired("config.json");
        config.Require("hidden_act", "silu", "silu");
        var hidden = config.GetSize("hidden_size");
        var heads = config.GetSize("num_attention_heads");
        var headDim = ReadHeadDim(config, hidden, heads);
        var rope = RopeSettings.Read(config, DefaultRopeTheta);
        return new DecoderConfiguration
        {
            Architecture = Name,
            HiddenSize = hidden,
            IntermediateSize = config.GetSize("intermediate_size"),
            LayerCount = config.GetSize("num_hidden_layers"),
            HeadCount = heads,
            KvHeadCount = ReadKvHeadCount(config, heads),
            HeadDim = headDim,
            ContextLength = config.GetSize("max_position_embeddings"),
            VocabularySize = config.GetSize("vocab_size"),
            RmsNormEpsilon = config.GetPositive("rms_norm_eps", 1e-6f),
            RopeTheta = rope.Theta,
            RopeDimension = headDim,
            RopePairing = RopePairing.Adjacent,
            RopeLinearFactor = rope.Type switch
            {
                "default" or "llama3" => 1, // llama3's divisors become a tensor
                "linear" => rope.GetPositive("factor"),
                _ => throw rope.Unsupported("default, linear or llama3"),
            },
            HasTiedOutput = config.GetBoolean("tie_word_embeddings", absent: false),
            TensorNames = LlamaTensorNames.Gguf,
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<TensorRequirement> GetTensors(DecoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (c, names) = (configuration, configuration.TensorNames);
        yield return Matrix(names.TokenEmbedding, c.VocabularySize, c.HiddenSize);
        yield return Vector(names.OutputNorm, c.HiddenSize);
        yield return Matrix(names.Output, c.VocabularySize, c.HiddenSize, isOptional: c.HasTiedOutput);
        yield return Vector(names.RopeDivisors, c.RopeDimension / 2, isOptional: true);
        for (var layer = 0; layer < c.LayerCount; layer++)
        {
            yield return Vector(names.OfLayer(layer, names.AttentionNorm), c.HiddenSize);
            yield return Vector(names.OfLayer(layer, names.FeedForwardNorm), c.HiddenSize);
            foreach (var (part, rows, columns) in new[]
            {
                (names.Query, c.QuerySize, c.HiddenSize),
                (names.Key, c.KeyValueSize, c.HiddenSize),
                (names.Value, c.KeyValueSize, c.HiddenSize),
                (names.AttentionOutput, c.HiddenSize, c.QuerySize),
                (names.Gate, c.IntermediateSize, c.HiddenSize),
                (names.Up, c.IntermediateSize, c.HiddenSize),
                (names.Down, c.HiddenSize, c.IntermediateSize),
            })
            {
                yield return Matrix(names.OfLayer(layer, part), rows, columns);
                yield return Vector(names.OfLayer(layer, DecoderTensorNames.BiasOf(part)), rows, isOptional: true);
            }
        }
    }

    private static int ReadHeadDim(GgufKeys keys, int hidden, int heads)
    {
        if (hidden % heads != 0 && keys.GetSize("attention.key_length", 0) == 0)
        {
            throw keys.Bad("attention.head_count", $"a divisor of the hidden size {hidden}", $"{heads}");
        }

        var headDim = keys.GetSize("attention.key_length", hidden / heads);
        var valueDim = keys.GetSize("attention.value_length", headDim);
        if (headDim != valueDim) throw keys.Bad("attention.value_length", $"the key length {headDim}", $"{valueDim}");
        if ((long)headDim * heads > int.MaxValue) throw keys.Bad("attention.key_length", "a width that fits memory", $"{headDim}");
        return headDim;
    }

    private static int ReadHeadDim(ModelFolderFile config, int hidden, int heads)
    {
        if (hidden % heads != 0 && !config.TryGet("head_dim", out _))
        {
            throw config.Bad("num_attention_heads", $"a divisor of the hidden size {hidden}", $"{heads}");
        }

        var headDim = config.GetSize("head_dim", hidden / heads);
        return headDim % 2 == 0 && (long)headDim * heads <= int.MaxValue
            ? headDim
            : throw config.Bad("head_dim", "an even width that fits memory", $"{headDim}");
    }

    private static int ReadKvHeadCount(ModelFolderFile config, int heads)
    {
        var count = config.GetSize("num_key_value_heads", heads);
        return heads % count == 0 ? count : throw config.Bad("num_key_value_heads", $"a divisor of the {heads} heads", $"{count}");
    }

    private static int ReadKvHeadCount(GgufKeys keys, int heads)
    {
        var count = keys.GetSize("attention.head_count_kv", heads);
        return heads % count == 0 ? count : throw keys.Bad("attention.head_count_kv", $"a divisor of the {heads} heads", $"{count}");
    }

    private static int ReadRopeDimension(GgufKeys keys, int headDim)
    {
        var dimension = keys.GetSize("rope.dimension_count", headDim);
        return dimension <= headDim && dimension % 2 == 0
            ? dimension
            : throw keys.Bad("rope.dimension_count", $"an even number up to the head width {headDim}", $"{dimension}");
    }

    /// <summary>
    /// The factor of linear scaling. A scaling that is ignored gives a model that talks nonsense far into a text, so
    /// other kinds are refused.
    /// </summary>
    private static float ReadRopeLinearFactor(GgufFile file, GgufKeys keys)
    {
        var key = keys.NameOf("rope.scaling.type");
        if (!file.Metadata.TryGetString(key, out var type) || type == "none") return 1;
        if (type == "linear") return keys.GetPositive("rope.scaling.factor");

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"rope scaling ('{key}') is not supported", "none or linear", $"'{type}'");
    }
}
