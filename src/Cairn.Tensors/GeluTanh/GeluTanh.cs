using System.Numerics;

namespace Cairn.Tensors;

/// <summary>
/// The tanh form of GELU that GPT-2 and Gemma were trained with: y = x/2 · (1 + tanh(u)) = x / (1 + e^−2u) with
/// u = √(2/π) · (x + 0.044715 x³).
/// </summary>
/// <remarks>Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2. Allocates nothing; thread-safe.</remarks>
public static class GeluTanh
{
    private const float MinusTwiceRoot = -1.5957691216f; // −2 · √(2/π)
    private const float Cubic = 0.044715f;

    /// <summary>Computes y[i] = GELU(x[i]).</summary>
    /// <param name="x">Input, any length.</param>
    /// <param name="y">Result, as long as <paramref name="x"/>; may be the same memory, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Apply<Operator>(x, x, y);

    /// <summary>The gate of Gemma's feed-forward block: y[i] = GELU(gate[i]) · up[i].</summary>
    /// <param name="gate">Any length.</param>
    /// <param name="up">As long as <paramref name="gate"/>.</param>
    /// <param name="y">Result, as long as <paramref name="gate"/>; may be the same memory as an input, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <remarks>Shazeer 2020, arXiv:2002.05202, equation 6.</remarks>
    public static void ApplyGated(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y) =>
        Elementwise.Apply<GateOperator>(gate, up, y);

    /// <summary>The specification of <see cref="Apply"/>, in double.</summary>
    internal static void Scalar(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            double value = x[i];
            var u = Math.Sqrt(2 / Math.PI) * (value + (0.044715 * value * value * value));
            y[i] = (float)(value / 2 * (1 + Math.Tanh(u)));
        }
    }

    /// <summary>The specification of <see cref="ApplyGated"/>.</summary>
    internal static void ScalarGated(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        Scalar(gate, y);
        for (var i = 0; i < y.Length; i++)
        {
            y[i] *= up[i];
        }
    }

    private readonly struct Operator : IElementwiseOperator
    {
        public static Vector<float> Apply(Vector<float> a, Vector<float> b)
        {
            var scaled = a * new Vector<float>(MinusTwiceRoot);
            var exponent = Vector.MultiplyAddEstimate(scaled * a * a, new Vector<float>(Cubic), scaled);
            return a / (Vector<float>.One + Exponential.Of(exponent));
        }
    }

    private readonly struct GateOperator : IElementwiseOperator
    {
        public static Vector<float> Apply(Vector<float> a, Vector<float> b) => Operator.Apply(a, a) * b;
    }
}
