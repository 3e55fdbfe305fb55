namespace Cairn.Tensors.Tests;

/// <summary>Measures what a format loses.</summary>
internal static class QuantizationError
{
    /// <summary>Values after a trip through the format.</summary>
    public static float[] RoundTrip(BlockFormat format, ReadOnlySpan<float> values, ReadOnlySpan<float> importance = default)
    {
        var bytes = new byte[format.RowBytes(values.Length)];
        var result = new float[values.Length];
        format.Quantize(values, bytes, importance);
        format.Dequantize(bytes, result);
        return result;
    }

    /// <summary>Root of the mean squared error, weighted where importance is given.</summary>
    public static double Measure(BlockFormat format, ReadOnlySpan<float> values, ReadOnlySpan<float> importance = default) =>
        RootMeanSquare(values, RoundTrip(format, values, importance), importance);

    /// <summary>Root of Σ w·(a − b)² / Σ w.</summary>
    public static double RootMeanSquare(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> weights = default)
    {
        var (sum, weightSum) = (0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            var weight = weights.IsEmpty ? 1.0 : weights[i];
            sum += weight * Math.Pow((double)a[i] - b[i], 2);
            weightSum += weight;
        }

        return Math.Sqrt(sum / weightSum);
    }
}
