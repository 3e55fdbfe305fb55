using System.Numerics.Tensors;

namespace Cairn.Tensors;

/// <summary>Scales each row to unit root mean square: y[t,i] = x[t,i] / sqrt(mean(x[t,:]²) + ε) · gain[i].</summary>
/// <remarks>Zhang and Sennrich 2019, arXiv:1910.07467. Accumulates in float32. Allocates nothing; thread-safe.</remarks>
public static class RmsNorm
{
    /// <summary>Normalises every row of <paramref name="x"/>.</summary>
    /// <param name="x">Activations, [tokens, dim], row-major.</param>
    /// <param name="gain">Learned scale, [dim].</param>
    /// <param name="epsilon">ε, greater than zero; Llama models store 1e-5 or 1e-6.</param>
    /// <param name="y">Result, [tokens, dim]; may be the same memory as <paramref name="x"/>, but not overlap it in part.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows.</exception>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float epsilon, Span<float> y)
    {
        NormShape.Require(x.Length, gain.Length, y.Length);
        for (; !x.IsEmpty; x = x[gain.Length..], y = y[gain.Length..])
        {
            var row = x[..gain.Length];
            var result = y[..gain.Length];
            var scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(row) / gain.Length) + epsilon);
            TensorPrimitives.Multiply(row, scale, result);
            TensorPrimitives.Multiply(result, gain, result);
        }
    }

    /// <summary>The specification of <see cref="Apply"/> for one row.</summary>
    internal static void Scalar(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, float epsilon, Span<float> y)
    {
        var sum = 0f;
        foreach (var value in x)
        {
            sum += value * value;
        }

        var scale = 1 / MathF.Sqrt((sum / x.Length) + epsilon);
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = x[i] * scale * gain[i];
        }
    }
}
