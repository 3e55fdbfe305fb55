using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>An encoder's configuration in the metadata of GGUF files, read and written.</summary>
/// <remarks>Keys are those of llama.cpp's converter, and two of Cairn's own.</remarks>
public static class EncoderMetadata
{
    /// <summary>Cairn's own GGUF key: tokens at which a text is cut (sentence-transformers' <c>max_seq_length</c>).</summary>
    public const string MaxTokensKey = "cairn.embedding.max_tokens";

    /// <summary>Cairn's own GGUF key: whether the embedding is scaled to unit length.</summary>
    public const string NormalizeKey = "cairn.embedding.normalize";

    private const string PoolingKey = "pooling_type";
    private const string LabelsKey = "classifier.output_labels";
    private const string HeadPoolingKey = "classifier.pooling_type";
    private const string CausalKey = "attention.causal";
    private const string ThetaKey = "rope.freq_base";
    private const string LocalThetaKey = "rope.freq_base_swa";
    private const string WindowKey = "attention.sliding_window";
    private const string PeriodKey = "attention.sliding_window_pattern";
    private const string ScalingKey = "rope.scaling.type";

    private const float DefaultLocalTheta = 10_000;
    private const int DefaultPeriod = 3;

    /// <summary>Reads and checks the metadata of a file.</summary>
    /// <param name="file">An open file.</param>
    /// <exception cref="ModelFormatException">A key is missing, wrong or asks for something that is not implemented.</exception>
    public static EncoderConfiguration Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var family = EncoderFamilies.Of(file);
        var keys = new GgufKeys(file, family.Architecture);
        var names = EncoderTensorNames.Gguf;
        RefuseOtherKinds(file, keys, family);
        var context = keys.GetContextLength();
        var hasTypes = file.TryGetTensor(EncoderTensorNames.WeightOf(names.TokenTypeEmbedding), out var types);
        return new EncoderConfiguration
        {
            Family = family,
            HiddenSize = keys.GetSize("embedding_length"),
            IntermediateSize = keys.GetSize("feed_forward_length"),
            LayerCount = keys.GetLayerCount(),
            HeadCount = keys.GetSize("attention.head_count"),
            ContextLength = context,
            VocabularySize = keys.GetVocabularySize(EncoderTensorNames.WeightOf(names.TokenEmbedding)),
            TokenTypeCount = hasTypes ? types.Rows : family.HasTokenTypes && family.HasLearnedPositions ? 1 : 0,
            RopeTheta = family.HasLearnedPositions ? 0 : keys.GetPositive(ThetaKey, family.DefaultTheta),
            LocalRopeTheta = family.HasLocalLayers ? keys.GetPositive(LocalThetaKey, DefaultLocalTheta) : 0,
            LocalReach = family.HasLocalLayers ? keys.GetSize(WindowKey) / 2 : 0,
            GlobalLayerPeriod = family.HasLocalLayers ? keys.GetSize(PeriodKey, DefaultPeriod) : 0,
            LayerNormEpsilon = keys.GetPositive("attention.layer_norm_epsilon"),
            Labels = ReadLabels(file, keys, names),
            HeadPooling = ReadPooling(file, keys, Pooling.Cls, HeadPoolingKey),
            Pooling = ReadPooling(file, keys, Pooling.Mean),
            IsNormalized = !file.Metadata.TryGetBoolean(NormalizeKey, out var normalize) || normalize,
            MaxTokens = file.Metadata.TryGetUInt32(MaxTokensKey, out var most) ? (int)Math.Min(most, int.MaxValue) : EncoderConfiguration.LongestOf(family, context),
        }.Checked(file.Path);
    }

    /// <summary>Writes what <see cref="Read"/> reads, in the order of llama.cpp's converter.</summary>
    /// <param name="writer">Destination.</param>
    /// <param name="configuration">The model.</param>
    /// <param name="fileType">GGUF's number of the matrices' type.</param>
    public static void Write(GgufWriter writer, EncoderConfiguration configuration, uint fileType)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(configuration);
        var c = configuration;
        writer.Add(NameOf("block_count"), (uint)c.LayerCount);
        writer.Add(NameOf("context_length"), (uint)c.ContextLength);
        writer.Add(NameOf("embedding_length"), (uint)c.HiddenSize);
        writer.Add(NameOf("feed_forward_length"), (uint)c.IntermediateSize);
        writer.Add(NameOf("attention.head_count"), (uint)c.HeadCount);
        if (!c.Family.HasLearnedPositions) writer.Add(NameOf(ThetaKey), c.RopeTheta);
        if (c.Family.HasLocalLayers) writer.Add(NameOf(LocalThetaKey), c.LocalRopeTheta);
        writer.Add(NameOf("attention.layer_norm_epsilon"), c.LayerNormEpsilon);
        writer.Add("general.file_type", fileType);
        writer.Add(NameOf(CausalKey), false);
        writer.Add(NameOf(PoolingKey), (uint)(c.Labels.Count > 0 ? Pooling.Rank : c.Pooling));
        if (c.Labels.Count > 0) writer.Add(NameOf(LabelsKey), c.Labels);
        if (c.Family.HasLocalLayers) WriteLocalLayers();
        writer.Add(MaxTokensKey, (uint)c.MaxTokens);
        writer.Add(NormalizeKey, c.IsNormalized);

        void WriteLocalLayers()
        {
            writer.Add(NameOf(HeadPoolingKey), (uint)c.HeadPooling);
            writer.Add(NameOf(WindowKey), 2 * (uint)c.LocalReach);
            writer.Add(NameOf(PeriodKey), (uint)c.GlobalLayerPeriod);
            writer.Add(NameOf(ScalingKey), "none");
        }

        string NameOf(string key) => $"{c.Architecture}.{key}";
    }

    private static void RefuseOtherKinds(GgufFile file, GgufKeys keys, EncoderFamily family)
    {
        if (file.Metadata.TryGetBoolean(keys.NameOf(CausalKey), out var isCausal) && isCausal)
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"'{keys.NameOf(CausalKey)}' is not supported in an encoder", "false", "true");
        }

        if (!family.HasLearnedPositions && file.Metadata.TryGetString(keys.NameOf(ScalingKey), out var scaling) && scaling != "none")
        {
            throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"rope scaling ('{keys.NameOf(ScalingKey)}') is not supported in an encoder", "none", $"'{scaling}'");
        }
    }

    /// <summary>The labels that the file names; where it names none, one a row of the head's last matrix.</summary>
    private static string[] ReadLabels(GgufFile file, GgufKeys keys, EncoderTensorNames names)
    {
        if (file.Metadata.TryGetStrings(keys.NameOf(LabelsKey), out var labels)) return labels;
        if (!file.TryGetTensor(EncoderTensorNames.WeightOf(names.HeadOutput), out var output)) return [];

        return [.. Enumerable.Range(0, output.Rows).Select(label => $"LABEL_{label}")];
    }

    /// <summary>A pooling that a file names, or a default when it names none.</summary>
    internal static Pooling ReadPooling(GgufFile file, GgufKeys keys, Pooling absent, string key = PoolingKey)
    {
        if (!file.Metadata.TryGetUInt32(keys.NameOf(key), out var number)) return absent;
        if (number <= int.MaxValue && Enum.IsDefined((Pooling)number)) return (Pooling)number;

        throw new ModelFormatException(
            ModelFormatError.Unsupported, file.Path, $"'{keys.NameOf(key)}' is not a supported pooling",
            "0 (none), 1 (mean), 2 (cls), 3 (last), 4 (rank)", $"{number}");
    }
}
