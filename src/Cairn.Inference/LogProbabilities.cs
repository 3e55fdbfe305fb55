using System.Numerics.Tensors;

namespace Cairn.Inference;

/// <summary>Turns logits into log-probabilities: ln p_i = x_i − ln Σ_j e^(x_j).</summary>
internal static class LogProbabilities
{
    private const int Chunk = 1024;

    /// <summary>ln Σ e^x, shifted by the maximum so that nothing overflows.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        float maximum = TensorPrimitives.Max(logits);
        Span<float> powers = stackalloc float[Chunk];
        double sum = 0;
        while (!logits.IsEmpty)
        {
            ReadOnlySpan<float> part = logits[..Math.Min(Chunk, logits.Length)];
            Span<float> target = powers[..part.Length];
            TensorPrimitives.Subtract(part, maximum, target);
            TensorPrimitives.Exp(target, target);
            sum += TensorPrimitives.Sum<float>(target);
            logits = logits[part.Length..];
        }

        return maximum + Math.Log(sum);
    }

    /// <summary>The <paramref name="count"/> most likely tokens, best first; of equals the lower id first.</summary>
    public static TokenProbability[] Top(ReadOnlySpan<float> logits, double logSumExp, int count)
    {
        count = Math.Min(count, logits.Length);
        var best = new (float Logit, int Id)[count];
        int held = 0;
        for (int id = 0; id < logits.Length && count > 0; id++)
        {
            if (held == count && !(logits[id] > best[^1].Logit))
                continue;

            int place = held < count ? held++ : count - 1;
            for (; place > 0 && logits[id] > best[place - 1].Logit; place--)
                best[place] = best[place - 1];

            best[place] = (logits[id], id);
        }

        return [.. best.Take(held).Select(entry => new TokenProbability(entry.Id, (float)(entry.Logit - logSumExp)))];
    }
}
