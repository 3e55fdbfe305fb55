namespace Cairn.Tensors;

/// <summary>Frequencies of a <see cref="RotaryEmbedding"/>: radians a position, one for each rotated pair.</summary>
public static class RotaryFrequencies
{
    private const double LeastRamp = 0.001;

    /// <summary>f_i = θ^(−2i/D).</summary>
    /// <param name="dimension">D, the rotated values of a head; even.</param>
    /// <param name="theta">θ, greater than zero.</param>
    /// <exception cref="ArgumentException">The dimension is odd.</exception>
    /// <remarks>Su et al. 2021, arXiv:2104.09864, section 3.2.</remarks>
    public static double[] Plain(int dimension, double theta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(theta);
        if (dimension % 2 != 0)
            throw new ArgumentException($"{dimension} values cannot be rotated in pairs; the number must be even.", nameof(dimension));

        var frequencies = new double[dimension / 2];
        for (int i = 0; i < frequencies.Length; i++)
            frequencies[i] = Math.Pow(theta, -2.0 * i / dimension);

        return frequencies;
    }

    /// <summary>f_i = θ^(−2i/D) / (s · d_i): linear scaling, Llama 3's and longrope's factors.</summary>
    /// <param name="dimension">D, the rotated values of a head; even.</param>
    /// <param name="theta">θ, greater than zero.</param>
    /// <param name="linearFactor">s, greater than zero; 1 for none.</param>
    /// <param name="divisors">d, [D / 2], or empty for none.</param>
    /// <exception cref="ArgumentException">The dimension is odd, or the number of divisors is not D / 2.</exception>
    public static double[] Divided(int dimension, double theta, double linearFactor, ReadOnlySpan<float> divisors)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(linearFactor);
        double[] frequencies = Plain(dimension, theta);
        if (divisors.Length != 0 && divisors.Length != frequencies.Length)
        {
            throw new ArgumentException(
                $"{divisors.Length} frequency divisors given; {frequencies.Length} are needed for {dimension} rotated values.",
                nameof(divisors));
        }

        for (int i = 0; i < frequencies.Length; i++)
            frequencies[i] /= linearFactor * (divisors.IsEmpty ? 1 : divisors[i]);

        return frequencies;
    }

    /// <summary>
    /// YaRN: f_i for pairs that turn more than β_fast times within the original context, f_i / s for those that turn less
    /// than β_slow times, and between the two a mixture that runs linearly in i.
    /// </summary>
    /// <param name="dimension">D, the rotated values of a head; even.</param>
    /// <param name="theta">θ, greater than one.</param>
    /// <param name="factor">s, greater than zero.</param>
    /// <param name="originalContext">Positions of the first training.</param>
    /// <param name="betaFast">β_fast, rotations.</param>
    /// <param name="betaSlow">β_slow, rotations.</param>
    /// <exception cref="ArgumentException">The dimension is odd.</exception>
    /// <remarks>Peng et al. 2023, arXiv:2309.00071, section 3.2. The bounds are rounded outwards, as in the authors' code.</remarks>
    public static double[] Yarn(
        int dimension, double theta, double factor, int originalContext, double betaFast, double betaSlow)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        double[] frequencies = Plain(dimension, theta);
        double first = Math.Max(0, Math.Floor(PairThatTurns(betaFast)));
        double last = Math.Min(dimension - 1, Math.Ceiling(PairThatTurns(betaSlow)));
        for (int i = 0; i < frequencies.Length; i++)
        {
            double slowed = Math.Clamp((i - first) / Math.Max(LeastRamp, last - first), 0, 1);
            frequencies[i] *= (slowed / factor) + (1 - slowed);
        }

        return frequencies;

        // The index, not a whole number, of a pair that turns so many times within the original context.
        double PairThatTurns(double rotations) =>
            dimension * Math.Log(originalContext / (rotations * 2 * Math.PI)) / (2 * Math.Log(theta));
    }
}
