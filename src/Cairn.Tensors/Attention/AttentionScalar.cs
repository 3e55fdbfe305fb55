namespace Cairn.Tensors.Attention;

/// <summary>Attention of one head as the formula says: the specification that the fast paths are tested against.</summary>
internal static class AttentionScalar
{
    /// <summary>y[t] = Σ_p softmax_p(q[t]·k[p] · scale) · v[p] over the positions that token t sees.</summary>
    /// <param name="queries">[tokens, dim].</param>
    /// <param name="keys">[positions, dim].</param>
    /// <param name="values">[positions, dim].</param>
    /// <param name="dim">Values of a head.</param>
    /// <param name="scale">Factor on the scores.</param>
    /// <param name="visible">How many positions token t sees, counted from 0.</param>
    /// <param name="output">[tokens, dim].</param>
    /// <param name="hidden">How many of these token t does not see, counted from 0; null for none.</param>
    /// <param name="softCap">c of c · tanh(s / c); 0 for none.</param>
    public static void Apply(
        ReadOnlySpan<float> queries,
        ReadOnlySpan<float> keys,
        ReadOnlySpan<float> values,
        int dim,
        float scale,
        Func<int, int> visible,
        Span<float> output,
        Func<int, int>? hidden = null,
        float softCap = 0)
    {
        int tokens = queries.Length / dim;
        for (int t = 0; t < tokens; t++)
        {
            int first = hidden?.Invoke(t) ?? 0;
            var scores = new double[visible(t) - first];
            for (int p = 0; p < scores.Length; p++)
            {
                for (int d = 0; d < dim; d++)
                    scores[p] += (double)queries[(t * dim) + d] * keys[((first + p) * dim) + d] * scale;
                if (softCap > 0)
                    scores[p] = softCap * Math.Tanh(scores[p] / softCap);
            }

            double maximum = scores.Length == 0 ? 0 : scores.Max();
            double total = scores.Sum(s => Math.Exp(s - maximum));
            for (int d = 0; d < dim; d++)
            {
                double sum = 0;
                for (int p = 0; p < scores.Length; p++)
                    sum += Math.Exp(scores[p] - maximum) / total * values[((first + p) * dim) + d];

                output[(t * dim) + d] = (float)sum;
            }
        }
    }
}
