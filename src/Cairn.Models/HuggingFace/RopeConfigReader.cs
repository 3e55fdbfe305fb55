using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>Rotary positions of a decoder from config.json.</summary>
internal static class RopeConfigReader
{
    private const string Supported = "default, linear, llama3, yarn, longrope";

    /// <summary>Reads the rotation of the layers that see everything, or of all where all share one.</summary>
    /// <exception cref="ModelFormatException">A setting is missing, wrong or not implemented.</exception>
    public static RopeParameters Read(ModelFolderFile config, DecoderFolderFamily family, int headDim, int context)
    {
        var settings = RopeSettings.Read(config, family.DefaultTheta);
        return Read(config, settings, family, headDim, context);
    }

    /// <summary>Reads the rotation of the sliding layers, where these have their own.</summary>
    /// <exception cref="ModelFormatException">A setting is missing, wrong or not implemented.</exception>
    public static RopeParameters ReadSliding(ModelFolderFile config, DecoderFolderFamily family, int headDim, int context)
    {
        var settings = RopeSettings.ReadKind(config, "sliding_attention");
        var result = settings is null
            ? Read(config, RopeSettings.Unscaled(config, config.GetPositive("rope_local_base_freq", family.Family.SlidingTheta)), family, headDim, context)
            : Read(config, settings, family, headDim, context);
        return result.Scaling == RopeScaling.None ? result : throw settings!.Unsupported("default for sliding layers");
    }

    private static RopeParameters Read(
        ModelFolderFile config, RopeSettings settings, DecoderFolderFamily family, int headDim, int context) => new()
        {
            Theta = settings.Theta,
            Dimension = family.AllowsPartialRotation ? ReadDimension(config, settings, headDim) : headDim,
            Pairing = family.Family.RopePairing,
            Scaling = ReadScaling(config, settings, context),
        };

    private static int ReadDimension(ModelFolderFile config, RopeSettings settings, int headDim)
    {
        const string Key = "partial_rotary_factor";
        var share = settings.FindPositive(Key) ?? config.GetPositive(Key, 1);
        var dimension = (int)(headDim * share);
        return share <= 1 && dimension > 0 && dimension % 2 == 0
            ? dimension
            : throw config.Bad(Key, $"a share of the head width {headDim} that gives an even number", $"{share}");
    }

    /// <summary>A scaling that is ignored gives a model that talks nonsense far into a text, so other kinds are refused.</summary>
    private static RopeScaling ReadScaling(ModelFolderFile config, RopeSettings settings, int context) => settings.Type switch
    {
        "default" => RopeScaling.None,
        "linear" => new LinearRopeScaling(settings.GetPositive("factor")),
        "llama3" => new Llama3RopeScaling(),
        "yarn" => ReadYarn(config, settings, context),
        "longrope" or "su" => ReadLongRope(config, settings, context),
        _ => throw settings.Unsupported(Supported),
    };

    private static YarnRopeScaling ReadYarn(ModelFolderFile config, RopeSettings settings, int context)
    {
        settings.Refuse("mscale", "mscale_all_dim");
        settings.RefuseFalse("truncate");
        var factor = settings.GetPositive("factor");
        return new YarnRopeScaling(
            factor,
            ReadOriginalContext(config, settings, context),
            settings.FindPositive("beta_fast") ?? YarnRopeScaling.DefaultBetaFast,
            settings.FindPositive("beta_slow") ?? YarnRopeScaling.DefaultBetaSlow,
            settings.FindPositive("attention_factor") ?? YarnRopeScaling.DefaultAttentionFactor(factor));
    }

    private static LongRopeScaling ReadLongRope(ModelFolderFile config, RopeSettings settings, int context)
    {
        settings.Refuse("short_mscale", "long_mscale");
        var original = ReadOriginalContext(config, settings, context);
        return new LongRopeScaling(
            original, settings.FindPositive("attention_factor") ?? LongRopeScaling.DefaultAttentionFactor(context, original));
    }

    /// <summary>Positions of the first training: in the settings, or (Phi-3) beside them.</summary>
    public static int ReadOriginalContext(ModelFolderFile config, RopeSettings settings, int context)
    {
        const string Key = "original_max_position_embeddings";
        return settings.FindPositive(Key) is { } original
            ? original <= int.MaxValue / 2 && original >= 1 ? (int)original : throw config.Bad(Key, "a number of positions", $"{original}")
            : config.GetSize(Key, context);
    }
}
