using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>The vectors of rotary factors that GGUF files hold and folders describe in config.json.</summary>
internal static class RopeTensors
{
    /// <summary>Computes the vectors of a folder's model.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="decoder">What was read from it.</param>
    /// <exception cref="ModelFormatException">A number is missing or impossible.</exception>
    public static IEnumerable<(string Name, float[] Values)> Compute(ModelFolderFile config, DecoderConfiguration decoder)
    {
        if (decoder.Rope is not { Scaling: Llama3RopeScaling or LongRopeScaling } rope) yield break;

        var (settings, names) = (RopeSettings.Read(config, rope.Theta), decoder.TensorNames);
        if (rope.Scaling is Llama3RopeScaling)
        {
            yield return (names.RopeDivisors, DivideLowFrequencies(config, settings, rope, decoder.ContextLength));
            yield break;
        }

        yield return (names.RopeFactorsLong, settings.GetPositives("long_factor", rope.Dimension / 2));
        yield return (names.RopeFactorsShort, settings.GetPositives("short_factor", rope.Dimension / 2));
    }

    private static float[] DivideLowFrequencies(ModelFolderFile config, RopeSettings settings, RopeParameters rope, int context)
    {
        var rule = new Llama3Rule(
            settings.GetPositive("factor"), settings.GetPositive("low_freq_factor"), settings.GetPositive("high_freq_factor"),
            RopeConfigReader.ReadOriginalContext(config, settings, context));
        return rule.HighFrequencyFactor > rule.LowFrequencyFactor
            ? rule.Divisors(rope)
            : throw config.Bad("high_freq_factor", $"more than low_freq_factor, {rule.LowFrequencyFactor}", $"{rule.HighFrequencyFactor}");
    }
}
