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

    /// <summary>
    /// Llama 3.1: frequencies with short waves stay, those with long ones are divided by the factor, and between the two
    /// bounds the inverse of the divisor runs linearly in the number of waves in the original context.
    /// </summary>
    private static float[] DivideLowFrequencies(ModelFolderFile config, RopeSettings settings, RopeParameters rope, int context)
    {
        double factor = settings.GetPositive("factor");
        double low = settings.GetPositive("low_freq_factor");
        double high = settings.GetPositive("high_freq_factor");
        double original = RopeConfigReader.ReadOriginalContext(config, settings, context);
        if (high <= low) throw config.Bad("high_freq_factor", $"more than low_freq_factor, {low}", $"{high}");

        var divisors = new float[rope.Dimension / 2];
        for (var i = 0; i < divisors.Length; i++)
        {
            var waves = original * Math.Pow(rope.Theta, -2.0 * i / rope.Dimension) / (2 * Math.PI);
            var share = Math.Clamp((waves - low) / (high - low), 0, 1);
            divisors[i] = (float)(1 / (((1 - share) / factor) + share));
        }

        return divisors;
    }
}
