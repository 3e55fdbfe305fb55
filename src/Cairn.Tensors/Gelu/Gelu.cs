using System.Numerics;

namespace Cairn.Tensors;

/// <summary>The exact GELU of BERT: y = x · Φ(x) = x/2 · (1 + erf(x / √2)); not the tanh approximation.</summary>
/// <remarks>
/// Hendrycks and Gimpel 2016, arXiv:1606.08415. erf is our own fit, absolute error below 7e-8: an odd polynomial below
/// 1, and 1 − e^P(|x|) with P fitted to ln erfc up to 4, where erf rounds to 1. Allocates nothing; thread-safe.
/// </remarks>
public static class Gelu
{
    /// <summary>Computes y[i] = x[i]/2 · (1 + erf(x[i] / √2)).</summary>
    /// <param name="x">Input, any length.</param>
    /// <param name="y">Result, as long as <paramref name="x"/>; may be the same memory, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Apply<Operator>(x, x, y);

    /// <summary>The specification of <see cref="Apply"/>, with erf as a series, in double.</summary>
    internal static void Scalar(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = (float)(0.5 * x[i] * (1 + Erf(x[i] / Math.Sqrt(2))));
        }
    }

    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        // erf(x) = 2x/√π · e^−x² · Σ (2x²)^n / (1·3·5···(2n+1)): all terms positive, so nothing cancels.
        var term = 1.0;
        var sum = 1.0;
        for (var n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * x * Math.Exp(-x * x) * sum;
    }

    /// <summary>GELU of the first buffer's elements.</summary>
    internal readonly struct Operator : IElementwiseOperator
    {
        public static Vector<float> Apply(Vector<float> a, Vector<float> b)
        {
            var half = new Vector<float>(0.5f) * a;
            return Vector.MultiplyAddEstimate(half, Erf(a * new Vector<float>(0.70710678f)), half);
        }

        private static Vector<float> Erf(Vector<float> x)
        {
            var magnitude = Vector.Abs(x);
            var sign = x & new Vector<float>(-0f);
            var small = x + (x * SmallSeries(x * x));
            var large = Vector<float>.One - Vector.Exp(LogErfc(Vector.Min(magnitude, new Vector<float>(4f))));
            return Vector.ConditionalSelect(Vector.LessThan(magnitude, Vector<float>.One), small, large | sign);
        }

        // erf(x)/x − 1 in s = x², for s ≤ 1.
        private static Vector<float> SmallSeries(Vector<float> s)
        {
            var p = new Vector<float>(7.87587487e-05f);
            p = Vector.MultiplyAddEstimate(p, s, new Vector<float>(-0.00080168643f));
            p = Vector.MultiplyAddEstimate(p, s, new Vector<float>(0.00518908724f));
            p = Vector.MultiplyAddEstimate(p, s, new Vector<float>(-0.0268542115f));
            p = Vector.MultiplyAddEstimate(p, s, new Vector<float>(0.112835944f));
            p = Vector.MultiplyAddEstimate(p, s, new Vector<float>(-0.37612626f));
            return Vector.MultiplyAddEstimate(p, s, new Vector<float>(0.128379166f));
        }

        // ln(1 − erf(t)) for 0.98 ≤ t ≤ 4.
        private static Vector<float> LogErfc(Vector<float> t)
        {
            var p = new Vector<float>(1.63993798e-06f);
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(-4.6112913e-05f));
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(0.000597264443f));
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(-0.00476171728f));
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(0.0264270436f));
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(-0.110090196f));
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(-0.631815672f));
            p = Vector.MultiplyAddEstimate(p, t, new Vector<float>(-1.13023925f));
            return Vector.MultiplyAddEstimate(p, t, new Vector<float>(0.000321471016f));
        }
    }
}
