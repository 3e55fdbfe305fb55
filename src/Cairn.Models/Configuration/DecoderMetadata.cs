using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>A decoder's configuration as GGUF keys: read and written as llama.cpp does, plus what it has no key for.</summary>
/// <remarks>
/// Two things are read that llama.cpp ignores: the window of a Phi-3 file is applied, and so is one of a llama or Qwen
/// file (<c>attention.sliding_window</c>), which its converter does not write. <c>attention.scale</c> and
/// <c>embedding_scale</c> count in every family.
/// </remarks>
public static class DecoderMetadata
{
    private const string Scale = "attention.scale";
    private const string AttentionSoftCap = "attn_logit_softcapping";
    private const string LogitSoftCap = "final_logit_softcapping";
    private const string LogitDivisor = "logit_scale";
    private const string ResidualScale = "residual_scale";
    private const string EmbeddingScale = "embedding_scale";
    private const string ExpertWeightsNorm = "expert_weights_norm";
    private const string Window = "attention.sliding_window";
    private const string WindowPattern = "attention.sliding_window_pattern";

    /// <summary>Keys of features that are not implemented, with the value at which they do nothing.</summary>
    private static readonly (string Key, float Neutral)[] Unsupported =
    [
        ("attention.clamp_kqv", 0), ("attention.max_alibi_bias", 0), ("attention.output_scale", 1), ("attention.value_scale", 1),
        ("router_logit_softcapping", 0), ("expert_weights_scale", 1),
        ("rope.scaling.yarn_log_multiplier", 0), ("rope.scaling.yarn_ext_factor", 1),
    ];

    /// <summary>Reads and checks the metadata of a file.</summary>
    /// <exception cref="ModelFormatException">A key is missing, wrong or asks for something that is not implemented.</exception>
    public static DecoderConfiguration Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var family = Architectures.GetDecoder(file);
        var keys = new GgufKeys(file, family.Name);
        foreach (var (key, neutral) in Unsupported) keys.RequireNeutral(key, neutral);

        var hidden = keys.GetSize("embedding_length");
        var heads = keys.GetSize("attention.head_count");
        var headDim = ReadHeadDim(keys, hidden, heads);
        var layers = keys.GetLayerCount();
        var context = keys.GetContextLength();
        var window = ReadWindow(file, keys, family);
        var isSliding = window == 0 ? LayerPattern.None(0) : ReadWindowPattern(keys, family, layers);
        var rope = family.HasLearnedPositions ? null : RopeMetadata.Read(file, keys, family, headDim, context);
        var experts = ReadExpertCount(file, keys, family);
        var intermediate = keys.GetSize("feed_forward_length");
        return new DecoderConfiguration
        {
            Family = family,
            HiddenSize = hidden,
            IntermediateSize = intermediate,
            LayerCount = layers,
            HeadCount = heads,
            KvHeadCount = ReadKvHeadCount(keys, heads),
            HeadDim = headDim,
            ContextLength = context,
            VocabularySize = keys.GetVocabularySize(DecoderTensorNames.Gguf.TokenEmbedding),
            NormEpsilon = keys.GetPositive(EpsilonKey(family)),
            Rope = rope,
            SlidingRope = isSliding.Contains(true) ? RopeMetadata.ReadSliding(keys, family, rope) : null,
            SlidingWindow = isSliding.Contains(true) ? window : 0,
            IsSlidingLayer = isSliding.Contains(true) ? isSliding : LayerPattern.None(0),
            EmbeddingScale = keys.GetPositive(EmbeddingScale, DefaultEmbeddingScale(family, hidden)),
            AttentionScale = keys.GetPositive(Scale, DefaultAttentionScale(family, layers, hidden, heads, headDim)),
            ResidualScale = keys.GetPositive(ResidualScale, 1),
            LogitScale = ReadLogitScale(keys),
            AttentionSoftCap = keys.GetNonNegative(AttentionSoftCap, family.DefaultAttentionSoftCap),
            LogitSoftCap = keys.GetNonNegative(LogitSoftCap, family.DefaultLogitSoftCap),
            ExpertCount = experts,
            ExpertsPerToken = experts == 0 ? 0 : ReadExpertsPerToken(keys, experts),
            ExpertIntermediateSize = experts == 0 ? 0 : keys.GetSize("expert_feed_forward_length", intermediate),
            NormalizesExpertWeights = experts != 0 && keys.GetBoolean(ExpertWeightsNorm, absent: true),
            HasTiedOutput = !file.TryGetTensor(DecoderTensorNames.Gguf.Output, out _),
        };
    }

    /// <summary>Writes the keys from which <see cref="Read"/> gives the same configuration, <c>general.*</c> apart.</summary>
    /// <param name="writer">A file being written.</param>
    /// <param name="configuration">What to write; whether the output is tied follows from the tensors that are added.</param>
    public static void Write(GgufWriter writer, DecoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(configuration);
        var c = configuration;
        var keys = new GgufKeyWriter(writer, c.Family.Name);
        keys.Add("block_count", c.LayerCount);
        keys.Add("context_length", c.ContextLength);
        keys.Add("embedding_length", c.HiddenSize);
        keys.Add("feed_forward_length", c.IntermediateSize);
        keys.Add("attention.head_count", c.HeadCount);
        keys.Add("attention.head_count_kv", c.KvHeadCount);
        keys.Add("attention.key_length", c.HeadDim);
        keys.Add("attention.value_length", c.HeadDim);
        keys.Add(EpsilonKey(c.Family), c.NormEpsilon);
        keys.Add("vocab_size", c.VocabularySize);
        RopeMetadata.Write(keys, c);
        WriteWindow(keys, c);
        WriteScales(keys, c);
        if (c.ExpertCount == 0) return;

        keys.Add("expert_count", c.ExpertCount);
        keys.Add("expert_used_count", c.ExpertsPerToken);
        keys.Add("expert_feed_forward_length", c.ExpertIntermediateSize);
        if (!c.NormalizesExpertWeights) keys.Add(ExpertWeightsNorm, false);
    }

    /// <summary>The attention scale of a model whose file does not name one.</summary>
    public static float DefaultAttentionScale(DecoderFamily family, int layers, int hidden, int heads, int headDim)
    {
        ArgumentNullException.ThrowIfNull(family);
        return 1 / MathF.Sqrt(layers == family.LayersWithHiddenAttentionScale ? hidden / heads : headDim);
    }

    /// <summary>The embedding scale of a model whose file does not name one.</summary>
    public static float DefaultEmbeddingScale(DecoderFamily family, int hidden)
    {
        ArgumentNullException.ThrowIfNull(family);
        return family.HasRootScaledEmbedding ? MathF.Sqrt(hidden) : 1;
    }

    private static string EpsilonKey(DecoderFamily family) =>
        family.Norm == NormKind.Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon";

    private static int ReadHeadDim(GgufKeys keys, int hidden, int heads)
    {
        if (hidden % heads != 0 && keys.GetSize("attention.key_length", 0) == 0)
        {
            throw keys.Bad("attention.head_count", $"a divisor of the hidden size {hidden}", $"{heads}");
        }

        var headDim = keys.GetSize("attention.key_length", hidden / heads);
        var valueDim = keys.GetSize("attention.value_length", headDim);
        if (headDim != valueDim) throw keys.Bad("attention.value_length", $"the key length {headDim}", $"{valueDim}");
        if ((long)headDim * heads > int.MaxValue / 4) throw keys.Bad("attention.key_length", "a width that fits memory", $"{headDim}");
        return headDim;
    }

    private static int ReadKvHeadCount(GgufKeys keys, int heads)
    {
        var count = keys.GetSize("attention.head_count_kv", heads);
        return heads % count == 0 ? count : throw keys.Bad("attention.head_count_kv", $"a divisor of the {heads} heads", $"{count}");
    }

    private static float ReadLogitScale(GgufKeys keys)
    {
        var divisor = keys.GetPositive(LogitDivisor, 1);
        return float.IsFinite(1 / divisor) ? 1 / divisor : throw keys.Bad(LogitDivisor, "a number with a finite inverse", $"{divisor:R}");
    }

    private static int ReadExpertCount(GgufFile file, GgufKeys keys, DecoderFamily family)
    {
        var count = keys.GetCount("expert_count", 0);
        if (count == 0 || family.AllowsExperts) return count;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"'{keys.NameOf("expert_count")}': experts are not supported in this family",
            "0", $"{count:N0}");
    }

    private static int ReadExpertsPerToken(GgufKeys keys, int experts)
    {
        var count = keys.GetSize("expert_used_count");
        return count <= experts ? count : throw keys.Bad("expert_used_count", $"1 to the {experts} experts", $"{count}");
    }

    private static int ReadWindow(GgufFile file, GgufKeys keys, DecoderFamily family)
    {
        var window = keys.GetCount(Window, family.DefaultSlidingWindow);
        if (window == 0 || family.AllowsSlidingWindow) return window;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"'{keys.NameOf(Window)}': a sliding window is not supported in this family",
            "0", $"{window:N0}");
    }

    private static LayerPattern ReadWindowPattern(GgufKeys keys, DecoderFamily family, int layers)
    {
        if (keys.TryGetBooleans(WindowPattern, out var isSliding))
        {
            return isSliding.Length == layers
                ? LayerPattern.Of(isSliding)
                : throw keys.Bad(WindowPattern, $"one value for each of the {layers} layers", $"{isSliding.Length:N0}");
        }

        return LayerPattern.AllBut(layers, keys.GetCount(WindowPattern, family.GlobalLayerPeriod));
    }

    private static void WriteWindow(GgufKeyWriter keys, DecoderConfiguration c)
    {
        if (c.SlidingWindow == 0 && !c.Family.HasSlidingWindow) return;

        keys.Add(Window, c.SlidingWindow);
        if (c.SlidingWindow == 0) return;

        var period = c.Family.GlobalLayerPeriod;
        if (!c.IsSlidingLayer.Equals(LayerPattern.AllBut(c.LayerCount, period)))
            keys.Add(WindowPattern, c.IsSlidingLayer);
        else if (period > 0)
            keys.Add(WindowPattern, period);
    }

    private static void WriteScales(GgufKeyWriter keys, DecoderConfiguration c)
    {
        var family = c.Family;
        keys.Add(Scale, c.AttentionScale, DefaultAttentionScale(family, c.LayerCount, c.HiddenSize, c.HeadCount, c.HeadDim));
        keys.Add(EmbeddingScale, c.EmbeddingScale, DefaultEmbeddingScale(family, c.HiddenSize));
        keys.Add(ResidualScale, c.ResidualScale, 1);
        AddAlwaysIf(family.HasLogitDivisor, LogitDivisor, 1 / c.LogitScale, 1);
        AddAlwaysIf(family.DefaultAttentionSoftCap > 0, AttentionSoftCap, c.AttentionSoftCap, 0);
        AddAlwaysIf(family.DefaultLogitSoftCap > 0, LogitSoftCap, c.LogitSoftCap, 0);

        void AddAlwaysIf(bool isUsual, string key, float value, float absent)
        {
            if (isUsual || value != absent) keys.Add(key, value);
        }
    }
}
