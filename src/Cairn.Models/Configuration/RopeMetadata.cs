using Cairn.Models.Gguf;

namespace Cairn.Models.Configuration;

/// <summary>Rotary positions as GGUF keys.</summary>
internal static class RopeMetadata
{
    private const string Theta = "rope.freq_base";
    private const string SlidingTheta = "rope.freq_base_swa";
    private const string Dimension = "rope.dimension_count";
    private const string ScalingType = "rope.scaling.type";
    private const string ScalingFactor = "rope.scaling.factor";
    private const string OlderLinearFactor = "rope.scale_linear";
    private const string OriginalContext = "rope.scaling.original_context_length";
    private const string AttentionFactor = "rope.scaling.attn_factor";
    private const string BetaFast = "rope.scaling.yarn_beta_fast";
    private const string BetaSlow = "rope.scaling.yarn_beta_slow";

    /// <summary>Reads the rotation of the layers that do not slide.</summary>
    public static RopeParameters Read(GgufFile file, GgufKeys keys, DecoderFamily family, int headDim, int context)
    {
        var dimension = keys.GetSize(Dimension, headDim);
        if (dimension > headDim || dimension % 2 != 0)
            throw keys.Bad(Dimension, $"an even number up to the head width {headDim}", $"{dimension}");

        return new RopeParameters
        {
            Theta = keys.GetPositive(Theta, RopeParameters.DefaultTheta),
            Dimension = dimension,
            Pairing = family.RopePairing,
            Scaling = ReadScaling(file, keys, context),
        };
    }

    /// <summary>Reads the rotation of the sliding layers; null where they share that of the others.</summary>
    public static RopeParameters? ReadSliding(GgufKeys keys, DecoderFamily family, RopeParameters? rope) =>
        rope is null || family.SlidingTheta == 0
            ? null
            : rope with { Theta = keys.GetPositive(SlidingTheta, family.SlidingTheta), Scaling = RopeScaling.None };

    /// <summary>Writes the keys from which the reading methods give the same.</summary>
    public static void Write(GgufKeyWriter keys, DecoderConfiguration configuration)
    {
        if (configuration.Rope is not { } rope) return;

        keys.Add(Dimension, rope.Dimension);
        keys.Add(Theta, rope.Theta);
        if (configuration.SlidingRope is { } sliding) keys.Add(SlidingTheta, sliding.Theta);
        switch (rope.Scaling)
        {
            case LinearRopeScaling linear:
                keys.Add(ScalingType, "linear");
                keys.Add(ScalingFactor, linear.Factor);
                break;
            case YarnRopeScaling yarn:
                keys.Add(ScalingType, "yarn");
                keys.Add(ScalingFactor, yarn.Factor);
                keys.Add(OriginalContext, yarn.OriginalContext);
                keys.Add(BetaFast, yarn.BetaFast);
                keys.Add(BetaSlow, yarn.BetaSlow);
                keys.Add(AttentionFactor, yarn.AttentionFactor / YarnRopeScaling.DefaultAttentionFactor(yarn.Factor), 1);
                break;
            case LongRopeScaling longRope: // known by its tensors
                keys.Add(OriginalContext, longRope.OriginalContext);
                keys.Add(AttentionFactor, longRope.AttentionFactor);
                break;
        }
    }

    /// <summary>A scaling that is ignored gives a model that talks nonsense far into a text, so other kinds are refused.</summary>
    private static RopeScaling ReadScaling(GgufFile file, GgufKeys keys, int context)
    {
        var names = DecoderTensorNames.Gguf;
        var type = keys.GetString(ScalingType, "none");
        if (type == "longrope" || (type == "none" && file.TryGetTensor(names.RopeFactorsLong, out _)))
            return new LongRopeScaling(keys.GetSize(OriginalContext, context), keys.GetPositive(AttentionFactor, 1));

        return type switch
        {
            "none" when file.TryGetTensor(names.RopeDivisors, out _) => new Llama3RopeScaling(),
            "none" => keys.GetPositive(OlderLinearFactor, 1) is var factor and not 1 ? new LinearRopeScaling(factor) : RopeScaling.None,
            "linear" => new LinearRopeScaling(keys.GetPositive(ScalingFactor)),
            "yarn" => ReadYarn(keys, context),
            _ => throw new ModelFormatException(
                ModelFormatError.Unsupported, file.Path, $"rope scaling ('{keys.NameOf(ScalingType)}') is not supported",
                "none, linear, yarn or longrope", $"'{type}'"),
        };
    }

    private static YarnRopeScaling ReadYarn(GgufKeys keys, int context)
    {
        var factor = keys.GetPositive(ScalingFactor);
        return new YarnRopeScaling(
            factor,
            keys.GetSize(OriginalContext, context),
            keys.GetPositive(BetaFast, YarnRopeScaling.DefaultBetaFast),
            keys.GetPositive(BetaSlow, YarnRopeScaling.DefaultBetaSlow),
            keys.GetPositive(AttentionFactor, 1) * YarnRopeScaling.DefaultAttentionFactor(factor));
    }
}
