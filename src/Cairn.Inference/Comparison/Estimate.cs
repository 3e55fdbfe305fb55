namespace Cairn.Inference.Comparison;

/// <summary>A measured value with its 95 % confidence interval.</summary>
/// <param name="Value">The value on the text that was measured.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Estimate(double Value, double Low, double High)
{
    private const double Deviations95 = 1.959964;

    /// <summary>The mean of a sample: m ± 1.96 · s / √n, with s the sample's standard deviation (n − 1).</summary>
    /// <param name="values">At least one value; taken as independent.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Estimate OfMean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) throw new ArgumentException("A mean needs at least one value.", nameof(values));

        double sum = 0;
        foreach (double value in values) sum += value;
        double mean = sum / values.Length;
        double squares = 0;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        double half = values.Length == 1 ? 0 : Deviations95 * Math.Sqrt(squares / (values.Length - 1) / values.Length);
        return new Estimate(mean, mean - half, mean + half);
    }

    /// <summary>A share of a sample, with the score interval, which stays inside 0 to 1 and is sound near its ends.</summary>
    /// <param name="hits">Members that have the property.</param>
    /// <param name="count">Members in all, at least one.</param>
    /// <remarks>Wilson 1927, Journal of the American Statistical Association 22, 209–212.</remarks>
    public static Estimate OfShare(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double share = (double)hits / count;
        double z = Deviations95 * Deviations95 / count;
        double centre = (share + (z / 2)) / (1 + z);
        double half = Math.Sqrt((share * (1 - share) * z) + (z * z / 4)) / (1 + z);
        return new Estimate(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
