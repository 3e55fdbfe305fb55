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
        var rope = RopeSettings.Read(config, decoder.Rope!.Theta);
        if (rope.Type == "llama3") yield return (decoder.TensorNames.RopeDivisors, DivideLowFrequencies(config, rope, decoder));
    }

    /// <summary>
    /// Llama 3.1: frequencies with short waves stay, those with long ones are divided by the factor, and between the two
    /// bounds the inverse of the divisor runs linearly in the number of waves in the original context.
    /// </summary>
    private static float[] DivideLowFrequencies(ModelFolderFile config, RopeSettings rope, DecoderConfiguration decoder)
    {
        double factor = rope.GetPositive("factor");
        double low = rope.GetPositive("low_freq_factor");
        double high = rope.GetPositive("high_freq_factor");
        var original = rope.FindPositive("original_max_position_embeddings")
            ?? config.GetPositive("original_max_position_embeddings", decoder.ContextLength);
        if (high <= low) throw config.Bad("high_freq_factor", $"more than low_freq_factor, {low}", $"{high}");

        var divisors = new float[decoder.Rope!.Dimension / 2];
        for (var i = 0; i < divisors.Length; i++)
        {
            var waves = original * Math.Pow(decoder.Rope!.Theta, -2.0 * i / decoder.Rope!.Dimension) / (2 * Math.PI);
            var share = Math.Clamp((waves - low) / (high - low), 0, 1);
            divisors[i] = (float)(1 / (((1 - share) / factor) + share));
        }

        return divisors;
    }
}
