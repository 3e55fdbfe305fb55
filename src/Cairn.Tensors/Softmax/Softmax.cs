using System.Numerics.Tensors;

namespace Cairn.Tensors;

/// <summary>Turns scores into probabilities: y[i] = e^(x[i] − max x) / Σ_j e^(x[j] − max x).</summary>
/// <remarks>
/// Subtracts the maximum, so large scores do not overflow. A row of −∞ only (everything masked) becomes zeros. A NaN or
/// +∞ anywhere makes NaN visible in the result. Allocates nothing; thread-safe.
/// </remarks>
public static class Softmax
{
    /// <summary>Computes the probabilities of one row of scores.</summary>
    /// <param name="x">Scores, any length.</param>
    /// <param name="y">Result, as long as <paramref name="x"/>; may be the same memory, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        Elementwise.RequireEqualLengths(x.Length, x.Length, y.Length);
        if (x.IsEmpty)
        {
            return;
        }

        var max = TensorPrimitives.Max(x);
        if (float.IsNegativeInfinity(max))
        {
            y.Clear();
            return;
        }

        TensorPrimitives.Subtract(x, max, y);
        TensorPrimitives.Exp(y, y);
        TensorPrimitives.Multiply(y, 1 / TensorPrimitives.Sum(y), y);
    }

    /// <summary>The specification of <see cref="Apply"/>.</summary>
    internal static void Scalar(ReadOnlySpan<float> x, Span<float> y)
    {
        var max = float.NegativeInfinity;
        foreach (var value in x)
        {
            max = MathF.Max(max, value);
        }

        var sum = 0f;
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = float.IsNegativeInfinity(max) ? 0 : MathF.Exp(x[i] - max);
            sum += y[i];
        }

        for (var i = 0; i < x.Length && sum != 0; i++)
        {
            y[i] /= sum;
        }
    }
}
