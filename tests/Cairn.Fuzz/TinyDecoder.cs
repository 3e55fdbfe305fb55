using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;

namespace Cairn.Fuzz;

/// <summary>Writes complete decoders of every family, a few kilobytes each, with a tokenizer and a chat template.</summary>
internal static class TinyDecoder
{
    private const string Template =
        "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] | trim }}</s>\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

    private static readonly GgmlType[] SmallTypes = [GgmlType.Q8_0, GgmlType.Q4_1, GgmlType.F16, GgmlType.Q4_0, GgmlType.BF16, GgmlType.F32];
    private static readonly GgmlType[] WideTypes =
        [GgmlType.Q2_K, GgmlType.Q3_K, GgmlType.Q4_K, GgmlType.Q5_K, GgmlType.Q6_K, GgmlType.IQ4_NL, GgmlType.Q5_0, GgmlType.Q5_1];

    /// <summary>A name for each decoder, and its shape.</summary>
    public static IEnumerable<(string Name, DecoderConfiguration Configuration)> All()
    {
        foreach (var family in DecoderFamilies.All) yield return (family.Name, Create(family));

        yield return ("llama-experts", WithExperts(Create(DecoderFamilies.Llama)));
        yield return ("qwen3moe-experts", WithExperts(Create(DecoderFamilies.Qwen3Moe)));
        yield return ("llama-linear", WithScaling(DecoderFamilies.Llama, new LinearRopeScaling(4)));
        yield return ("llama-llama3", WithScaling(DecoderFamilies.Llama, new Llama3RopeScaling()));
        yield return ("llama-yarn", WithScaling(DecoderFamilies.Llama, new YarnRopeScaling(4, 16, 32, 1, 1.1f)));
        yield return ("phi3-longrope", WithScaling(DecoderFamilies.Phi3, new LongRopeScaling(32, 1.2f)));
        yield return ("llama-wide", Create(DecoderFamilies.Llama, width: 256) with { LayerCount = 1 });
    }

    /// <summary>Writes a decoder.</summary>
    public static void Write(string path, DecoderConfiguration configuration, bool hasSentencePieces)
    {
        var random = new Random(1);
        var writer = new GgufWriter();
        writer.Add(Architectures.ArchitectureKey, configuration.Architecture);
        writer.Add("general.name", "tiny");
        DecoderMetadata.Write(writer, configuration);
        TinyVocabulary.Write(writer, configuration.VocabularySize, hasSentencePieces);
        writer.Add("tokenizer.chat_template", Template);
        var types = configuration.HiddenSize < 256 ? SmallTypes : WideTypes;
        var index = 0;
        foreach (var tensor in DecoderTensors.Of(configuration).Where(tensor => !tensor.IsOptional))
        {
            var type = tensor.Shape.Count == 1 ? GgmlType.F32 : types[index++ % types.Length];
            var bytes = Values(random, type, tensor.Shape);
            writer.AddTensor(tensor.Name, type, tensor.Shape, stream => stream.Write(bytes));
        }

        writer.Write(path);
    }

    private static DecoderConfiguration Create(DecoderFamily family, int width = 32)
    {
        const int Layers = 2;
        var rope = family.HasLearnedPositions
            ? null
            : new RopeParameters { Theta = RopeParameters.DefaultTheta, Dimension = width / 2, Pairing = family.RopePairing };
        var isSliding = LayerPattern.AllBut(Layers, family.GlobalLayerPeriod);
        var slides = family.HasSlidingWindow && isSliding.Contains(true);
        return new DecoderConfiguration
        {
            Family = family,
            HiddenSize = width,
            IntermediateSize = width,
            LayerCount = Layers,
            HeadCount = 2,
            KvHeadCount = 1,
            HeadDim = width / 2,
            ContextLength = 64,
            VocabularySize = TinyVocabulary.Size,
            NormEpsilon = 1e-5f,
            Rope = rope,
            SlidingRope = slides && family.SlidingTheta > 0 ? rope! with { Theta = family.SlidingTheta } : null,
            SlidingWindow = slides ? 8 : 0,
            IsSlidingLayer = slides ? isSliding : LayerPattern.None(0),
            EmbeddingScale = DecoderMetadata.DefaultEmbeddingScale(family, width),
            AttentionScale = DecoderMetadata.DefaultAttentionScale(family, Layers, width, 2, width / 2),
            AttentionSoftCap = family.DefaultAttentionSoftCap,
            LogitSoftCap = family.DefaultLogitSoftCap,
            HasTiedOutput = true,
        };
    }

    private static DecoderConfiguration WithExperts(DecoderConfiguration configuration) => configuration with
    {
        ExpertCount = 4,
        ExpertsPerToken = 2,
        ExpertIntermediateSize = configuration.IntermediateSize,
        NormalizesExpertWeights = true,
    };

    private static DecoderConfiguration WithScaling(DecoderFamily family, RopeScaling scaling)
    {
        var plain = Create(family);
        return plain with { Rope = plain.Rope! with { Scaling = scaling } };
    }

    private static byte[] Values(Random random, GgmlType type, IReadOnlyList<long> shape)
    {
        var values = new float[shape.Aggregate(1L, (count, length) => count * length)];
        for (var i = 0; i < values.Length; i++) values[i] = (shape.Count == 1 ? 1 : 0) + ((random.NextSingle() - 0.5f) / 4);
        var format = BlockFormat.Get(type);
        var bytes = new byte[format.RowBytes(values.Length)];
        format.Quantize(values, bytes);
        return bytes;
    }
}
