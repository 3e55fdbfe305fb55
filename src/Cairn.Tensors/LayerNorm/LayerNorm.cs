using System.Numerics.Tensors;

namespace Cairn.Tensors;

/// <summary>Normalises each row to mean 0 and variance 1: y[t,i] = (x[t,i] − μ) / sqrt(σ² + ε) · gain[i] + bias[i].</summary>
/// <remarks>
/// Ba, Kiros and Hinton 2016, arXiv:1607.06450; μ and σ² are the row's mean and (biased) variance, taken in two passes.
/// Accumulates in float32. Allocates nothing; thread-safe.
/// </remarks>
public static class LayerNorm
{
    /// <summary>Normalises every row of <paramref name="x"/>.</summary>
    /// <param name="x">Activations, [tokens, dim], row-major.</param>
    /// <param name="gain">Learned scale, [dim].</param>
    /// <param name="bias">Learned offset, [dim].</param>
    /// <param name="epsilon">ε, greater than zero; BERT models store 1e-12.</param>
    /// <param name="y">Result, [tokens, dim]; may be the same memory as <paramref name="x"/>, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows.</exception>
    public static void Apply(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon, Span<float> y)
    {
        NormShape.Require(x.Length, gain.Length, y.Length);
        NormShape.Require(bias.Length, gain.Length, gain.Length);
        for (; !x.IsEmpty; x = x[gain.Length..], y = y[gain.Length..])
        {
            var result = y[..gain.Length];
            var mean = TensorPrimitives.Sum(x[..gain.Length]) / gain.Length;
            TensorPrimitives.Subtract(x[..gain.Length], mean, result);
            var scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(result) / gain.Length) + epsilon);
            TensorPrimitives.Multiply(result, scale, result);
            TensorPrimitives.MultiplyAdd(result, gain, bias, result);
        }
    }

    /// <summary>The specification of <see cref="Apply"/> for one row.</summary>
    internal static void Scalar(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, float epsilon, Span<float> y)
    {
        var mean = 0f;
        foreach (var value in x)
        {
            mean += value / x.Length;
        }

        var variance = 0f;
        foreach (var value in x)
        {
            variance += (value - mean) * (value - mean) / x.Length;
        }

        for (var i = 0; i < x.Length; i++)
        {
            y[i] = ((x[i] - mean) / MathF.Sqrt(variance + epsilon) * gain[i]) + bias[i];
        }
    }
}
