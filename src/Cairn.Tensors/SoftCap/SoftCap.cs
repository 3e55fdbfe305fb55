using System.Numerics.Tensors;

namespace Cairn.Tensors;

/// <summary>Keeps scores within ±c without a corner: y[i] = c · tanh(x[i] / c).</summary>
/// <remarks>
/// Bello et al. 2016, arXiv:1611.09940, and Gemma 2 (arXiv:2408.00118, section 2). −∞ becomes −c, so masks are put on
/// afterwards. Allocates nothing; thread-safe.
/// </remarks>
public static class SoftCap
{
    /// <summary>Computes y[i] = c · tanh(x[i] / c).</summary>
    /// <param name="x">Scores, any length.</param>
    /// <param name="cap">c, greater than zero.</param>
    /// <param name="y">Result, as long as <paramref name="x"/>; may be the same memory, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> x, float cap, Span<float> y)
    {
        Elementwise.RequireEqualLengths(x.Length, x.Length, y.Length);
        TensorPrimitives.Multiply(x, 1 / cap, y);
        TensorPrimitives.Tanh(y, y);
        TensorPrimitives.Multiply(y, cap, y);
    }

    /// <summary>The specification of <see cref="Apply"/>.</summary>
    internal static void Scalar(ReadOnlySpan<float> x, float cap, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = (float)(cap * Math.Tanh((double)x[i] / cap));
        }
    }
}
