using System.Numerics.Tensors;

namespace Cairn.Inference.Comparison;

/// <summary>How far one next-token distribution is from another.</summary>
internal static class Divergence
{
    private const int Chunk = 1024;

    /// <summary>
    /// KL(p ‖ q) = Σ p_i · (ln p_i − ln q_i) in nats, of the distributions p and q that the logits x and y stand for:
    /// Σ p_i · (x_i − y_i) − ln Σ e^x + ln Σ e^y.
    /// </summary>
    /// <param name="reference">Logits x of the distribution that counts as right, [V].</param>
    /// <param name="referenceLogSumExp">ln Σ e^x.</param>
    /// <param name="logits">Logits y of the other, [V].</param>
    /// <param name="logSumExp">ln Σ e^y.</param>
    /// <returns>At least 0; 0 for equal logits.</returns>
    /// <remarks>Kullback and Leibler 1951, Annals of Mathematical Statistics 22, 79–86. Terms are float32, their sums float64.</remarks>
    public static double KullbackLeibler(
        ReadOnlySpan<float> reference, double referenceLogSumExp, ReadOnlySpan<float> logits, double logSumExp)
    {
        Span<float> probabilities = stackalloc float[Chunk];
        Span<float> differences = stackalloc float[Chunk];
        double expectation = 0;
        double mass = 0; // 1 but for rounding
        for (int start = 0; start < reference.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, reference.Length - start);
            ReadOnlySpan<float> x = reference.Slice(start, count);
            TensorPrimitives.Subtract(x, (float)referenceLogSumExp, probabilities[..count]);
            TensorPrimitives.Exp(probabilities[..count], probabilities[..count]);
            mass += TensorPrimitives.Sum<float>(probabilities[..count]);
            TensorPrimitives.Subtract(x, logits.Slice(start, count), differences[..count]);
            expectation += TensorPrimitives.Dot<float>(probabilities[..count], differences[..count]);
        }

        return Math.Max(0, (expectation / mass) - referenceLogSumExp + logSumExp);
    }
}
