using Cairn.Models.Gguf;
using static Cairn.Models.Configuration.TensorRequirement;

namespace Cairn.Models.Configuration.Bert;

/// <summary>BERT: learned positions, post-norm layers with biases, GELU by erf.</summary>
/// <remarks>Devlin et al. 2018, arXiv:1810.04805; GGUF keys as llama.cpp's converter writes them, and two of Cairn's own.</remarks>
public sealed class BertArchitecture : EncoderArchitecture
{
    /// <summary>Cairn's own GGUF key: tokens at which a text is cut (sentence-transformers' <c>max_seq_length</c>).</summary>
    public const string MaxTokensKey = "cairn.embedding.max_tokens";

    /// <summary>Cairn's own GGUF key: whether the embedding is scaled to unit length.</summary>
    public const string NormalizeKey = "cairn.embedding.normalize";

    /// <inheritdoc/>
    public override string Name => "bert";

    /// <inheritdoc/>
    public override EncoderConfiguration Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var keys = new GgufKeys(file, Name);
        var names = BertTensorNames.Gguf;
        var context = keys.GetContextLength();
        var hasTypes = file.TryGetTensor(EncoderTensorNames.WeightOf(names.TokenTypeEmbedding), out var types);
        return Check(file.Path, new EncoderConfiguration
        {
            Architecture = Name,
            HiddenSize = keys.GetSize("embedding_length"),
            IntermediateSize = keys.GetSize("feed_forward_length"),
            LayerCount = keys.GetLayerCount(),
            HeadCount = keys.GetSize("attention.head_count"),
            ContextLength = context,
            VocabularySize = keys.GetVocabularySize(EncoderTensorNames.WeightOf(names.TokenEmbedding)),
            TokenTypeCount = hasTypes ? types.Rows : 1,
            LayerNormEpsilon = keys.GetPositive("attention.layer_norm_epsilon"),
            Pooling = ReadPooling(file, keys),
            IsNormalized = !file.Metadata.TryGetBoolean(NormalizeKey, out var normalize) || normalize,
            MaxTokens = file.Metadata.TryGetUInt32(MaxTokensKey, out var most) ? (int)Math.Min(most, int.MaxValue) : context,
            TensorNames = names,
        });
    }

    /// <inheritdoc/>
    public override EncoderConfiguration Read(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var config = folder.ReadRequired("config.json");
        RefuseUnknownParts(config);
        var context = config.GetSize("max_position_embeddings");
        var layers = config.GetSize("num_hidden_layers");
        var limit = folder.ReadOptional("sentence_bert_config.json")?.GetSize("max_seq_length", context) ?? context;
        return Check(config.Path, new EncoderConfiguration
        {
            Architecture = Name,
            HiddenSize = config.GetSize("hidden_size"),
            IntermediateSize = config.GetSize("intermediate_size"),
            LayerCount = layers,
            HeadCount = config.GetSize("num_attention_heads"),
            ContextLength = context,
            VocabularySize = config.GetSize("vocab_size"),
            TokenTypeCount = config.GetSize("type_vocab_size", 2),
            LayerNormEpsilon = config.GetPositive("layer_norm_eps", 1e-12f),
            Pooling = SentenceTransformerModules.ReadPooling(folder),
            IsNormalized = SentenceTransformerModules.ReadIsNormalized(folder),
            MaxTokens = Math.Min(limit, context),
            TensorNames = BertTensorNames.Gguf,
        });
    }

    /// <inheritdoc/>
    public override IEnumerable<TensorRequirement> GetTensors(EncoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (c, names) = (configuration, configuration.TensorNames);
        yield return Matrix(EncoderTensorNames.WeightOf(names.TokenEmbedding), c.VocabularySize, c.HiddenSize);
        yield return Matrix(EncoderTensorNames.WeightOf(names.PositionEmbedding), c.ContextLength, c.HiddenSize);
        yield return Matrix(EncoderTensorNames.WeightOf(names.TokenTypeEmbedding), c.TokenTypeCount, c.HiddenSize);
        yield return Vector(EncoderTensorNames.WeightOf(names.EmbeddingNorm), c.HiddenSize);
        yield return Vector(EncoderTensorNames.BiasOf(names.EmbeddingNorm), c.HiddenSize);
        for (var layer = 0; layer < c.LayerCount; layer++)
        {
            foreach (var (part, rows, columns) in new[]
            {
                (names.Query, c.HiddenSize, c.HiddenSize),
                (names.Key, c.HiddenSize, c.HiddenSize),
                (names.Value, c.HiddenSize, c.HiddenSize),
                (names.AttentionOutput, c.HiddenSize, c.HiddenSize),
                (names.Up, c.IntermediateSize, c.HiddenSize),
                (names.Down, c.HiddenSize, c.IntermediateSize),
            })
            {
                yield return Matrix(names.WeightOf(layer, part), rows, columns);
                yield return Vector(names.BiasOf(layer, part), rows);
            }

            foreach (var part in new[] { names.AttentionNorm, names.OutputNorm })
            {
                yield return Vector(names.WeightOf(layer, part), c.HiddenSize);
                yield return Vector(names.BiasOf(layer, part), c.HiddenSize);
            }
        }
    }

    private static EncoderConfiguration Check(string path, EncoderConfiguration configuration)
    {
        if (configuration.HiddenSize % configuration.HeadCount != 0)
        {
            throw new ModelFormatException(
                ModelFormatError.BadValue, path, "the number of attention heads does not divide the hidden size",
                $"a divisor of {configuration.HiddenSize}", $"{configuration.HeadCount}");
        }

        return configuration.MaxTokens is > 2 && configuration.MaxTokens <= configuration.ContextLength
            ? configuration
            : throw new ModelFormatException(
                ModelFormatError.BadValue, path, "the limit on input tokens is impossible",
                $"3 to {configuration.ContextLength:N0}", $"{configuration.MaxTokens:N0}");
    }

    private static Pooling ReadPooling(GgufFile file, GgufKeys keys)
    {
        if (!file.Metadata.TryGetUInt32(keys.NameOf("pooling_type"), out var number)) return Pooling.Mean;
        if (Enum.IsDefined((Pooling)number)) return (Pooling)number;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"'{keys.NameOf("pooling_type")}' is not a supported pooling",
            "0 (none), 1 (mean), 2 (cls), 3 (last)", $"{number}");
    }

    private static void RefuseUnknownParts(ModelFolderFile config)
    {
        config.Require("hidden_act", "gelu", "gelu");
        config.Require("position_embedding_type", "absolute", "absolute");
    }
}
