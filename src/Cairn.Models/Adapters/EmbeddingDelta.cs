using System.Numerics.Tensors;

namespace Cairn.Models.Adapters;

/// <summary>What an adapter adds to the embedding of a token: s·B·A[:, token]. The output matrix does not see it.</summary>
/// <param name="rank">Columns of B.</param>
/// <param name="rows">Aᵀ, [vocabulary, rank].</param>
/// <param name="transposedB">Bᵀ, [rank, hidden].</param>
/// <param name="scale">s, without the request's factor.</param>
internal sealed class EmbeddingDelta(int rank, float[] rows, float[] transposedB, double scale)
{
    /// <summary>Bytes of both matrices.</summary>
    public long OwnedBytes => (rows.LongLength + transposedB.LongLength) * sizeof(float);

    /// <summary>Adds to the embedding of a token.</summary>
    /// <param name="token">Its id, in the vocabulary.</param>
    /// <param name="requestScale">The request's factor.</param>
    /// <param name="embedding">[hidden], before the model's own factor on embeddings.</param>
    public void AddTo(int token, float requestScale, Span<float> embedding)
    {
        for (var i = 0; i < rank; i++)
        {
            var factor = (float)(scale * requestScale) * rows[((long)token * rank) + i];
            TensorPrimitives.MultiplyAddEstimate(transposedB.AsSpan(i * embedding.Length, embedding.Length), factor, embedding, embedding);
        }
    }
}
