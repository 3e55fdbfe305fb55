using System.Text.Json.Nodes;
using Cairn.Models.Configuration;

namespace Cairn.Models.HuggingFace;

/// <summary>
/// Llama 3.1's rule for frequency divisors: frequencies with short waves stay, those with long ones are divided by the
/// factor, and between the two bounds the inverse of the divisor runs linearly in the number of waves in the original context.
/// </summary>
/// <param name="Factor">Divisor of the longest waves.</param>
/// <param name="LowFrequencyFactor">Waves up to which a frequency is divided.</param>
/// <param name="HighFrequencyFactor">Waves from which it stays.</param>
/// <param name="OriginalContext">Positions of the first training.</param>
internal sealed record Llama3Rule(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, double OriginalContext)
{
    private const double PublishedLow = 1;
    private const double PublishedHigh = 4;
    private const double Tolerance = 1e-4; // the files' divisors come from single precision

    /// <summary>The divisors of a rotation.</summary>
    public float[] Divisors(RopeParameters rope)
    {
        var divisors = new float[rope.Dimension / 2];
        for (var i = 0; i < divisors.Length; i++)
        {
            var waves = OriginalContext * Frequency(rope, i) / (2 * Math.PI);
            var share = Math.Clamp((waves - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
            divisors[i] = (float)(1 / (((1 - share) / Factor) + share));
        }

        return divisors;
    }

    /// <summary>Finds the rule behind a file's divisors, given the bounds that all published models have.</summary>
    /// <exception cref="ModelFormatException">There is no such rule.</exception>
    public static Llama3Rule Recover(ITensorSource source, DecoderConfiguration configuration)
    {
        var (rope, name) = (configuration.Rope!, configuration.TensorNames.RopeDivisors);
        if (source.TryGetTensor(name, out var view))
        {
            var divisors = view.ToFloats();
            double factor = divisors.Max();
            foreach (var original in Candidates(divisors, rope, factor))
            {
                var rule = new Llama3Rule(factor, PublishedLow, PublishedHigh, original);
                if (rule.Divisors(rope).Zip(divisors).All(pair => Math.Abs((pair.First / pair.Second) - 1) < Tolerance)) return rule;
            }
        }

        throw new ModelFormatException(
            ModelFormatError.Unsupported, source.Path, $"the divisors of '{name}' follow no rule that config.json can state",
            $"Llama 3's rule with bounds {PublishedLow} and {PublishedHigh}", tensor: name);
    }

    /// <summary>The settings as config.json has them.</summary>
    public JsonObject ToJson() => new()
    {
        ["rope_type"] = "llama3",
        ["factor"] = Factor,
        ["low_freq_factor"] = LowFrequencyFactor,
        ["high_freq_factor"] = HighFrequencyFactor,
        ["original_max_position_embeddings"] = (long)OriginalContext,
    };

    /// <summary>Original contexts: what a blended divisor implies, and powers of two for files without one.</summary>
    private static IEnumerable<double> Candidates(float[] divisors, RopeParameters rope, double factor)
    {
        for (var i = 0; i < divisors.Length; i++)
        {
            var share = ((1 / divisors[i]) - (1 / factor)) / (1 - (1 / factor));
            if (share is > 0.001 and < 0.999)
                yield return Math.Round(2 * Math.PI * (PublishedLow + (share * (PublishedHigh - PublishedLow))) / Frequency(rope, i));
        }

        for (var original = 1 << 5; original <= 1 << 20; original <<= 1) yield return original;
    }

    private static double Frequency(RopeParameters rope, int pair) => Math.Pow(rope.Theta, -2.0 * pair / rope.Dimension);
}
