using System.Numerics.Tensors;
using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Turns the hidden states of a text into its embedding.</summary>
public static class EmbeddingPooling
{
    /// <summary>Pools the rows of a sequence, then scales to unit length where asked: y / ‖y‖₂.</summary>
    /// <param name="hidden">Hidden states, [tokens, dim].</param>
    /// <param name="pooling">Mean over all tokens, or one token's vector.</param>
    /// <param name="isNormalized">Whether to scale to unit length; a zero vector stays zero.</param>
    /// <param name="embedding">Result, [dim].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or the model has no pooling.</exception>
    public static void Apply(ReadOnlySpan<float> hidden, Pooling pooling, bool isNormalized, Span<float> embedding)
    {
        int dim = embedding.Length;
        if (dim == 0 || hidden.IsEmpty || hidden.Length % dim != 0)
        {
            throw new ArgumentException(
                $"hidden has {hidden.Length:N0} values; a multiple of {dim:N0} is needed.", nameof(hidden));
        }

        switch (pooling)
        {
            case Pooling.Mean:
                Mean(hidden, embedding);
                break;
            case Pooling.Cls:
                hidden[..dim].CopyTo(embedding);
                break;
            case Pooling.Last:
                hidden[^dim..].CopyTo(embedding);
                break;
            default:
                throw new ArgumentException(
                    $"Pooling '{pooling}' gives no single vector; supported: Mean, Cls, Last.", nameof(pooling));
        }

        if (isNormalized && TensorPrimitives.Norm<float>(embedding) is > 0 and var norm)
            TensorPrimitives.Divide(embedding, norm, embedding);
    }

    private static void Mean(ReadOnlySpan<float> hidden, Span<float> embedding)
    {
        int dim = embedding.Length;
        embedding.Clear();
        for (int start = 0; start < hidden.Length; start += dim)
            TensorPrimitives.Add(embedding, hidden.Slice(start, dim), embedding);

        TensorPrimitives.Divide(embedding, hidden.Length / dim, embedding);
    }
}
