using System.Numerics;

namespace Cairn.Tensors;

/// <summary>The gate of Llama's feed-forward block: y[i] = g[i] · σ(g[i]) · u[i], σ(z) = 1 / (1 + e^−z).</summary>
/// <remarks>Shazeer 2020, arXiv:2002.05202, equation 6. Allocates nothing; thread-safe.</remarks>
public static class SwiGlu
{
    /// <summary>Computes y[i] = g[i] · σ(g[i]) · u[i].</summary>
    /// <param name="gate">g, any length.</param>
    /// <param name="up">u, as long as <paramref name="gate"/>.</param>
    /// <param name="y">Result, as long as <paramref name="gate"/>; may be the same memory as an input, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y) =>
        Elementwise.Apply<Operator>(gate, up, y);

    /// <summary>The specification of <see cref="Apply"/>.</summary>
    internal static void Scalar(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
        }
    }

    private readonly struct Operator : IElementwiseOperator
    {
        public static Vector<float> Apply(Vector<float> a, Vector<float> b) =>
            a / (Vector<float>.One + Exponential.Of(-a)) * b;
    }
}
