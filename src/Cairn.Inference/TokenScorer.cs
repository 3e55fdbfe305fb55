using Cairn.Models.Adapters;
using Cairn.Models.Transformers;

namespace Cairn.Inference;

/// <summary>Measures how likely given tokens are.</summary>
internal static class TokenScorer
{
    // Logits of 64 tokens and 49,152 words are 12 MB; longer chunks would gain nothing.
    private const int ChunkTokens = 64;

    /// <summary>Log-probability of every token given those before it, in one pass over the text.</summary>
    public static TokenScores Score(
        ITransformer transformer, ReadOnlySpan<int> ids, int top, AdapterSet adapters, CancellationToken cancellationToken)
    {
        var logProbabilities = new double[ids.Length];
        var candidates = new IReadOnlyList<TokenProbability>[top > 0 ? ids.Length : 0];
        logProbabilities[0] = double.NaN;
        using var session = new DecodingSession(transformer, ids.Length, adapters);
        for (int start = 0; start < ids.Length; start += ChunkTokens)
        {
            int count = Math.Min(ChunkTokens, ids.Length - start);
            ForwardBatch batch = session.AppendAll(ids.Slice(start, count), cancellationToken);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> logits = batch.GetLogits(i);
                double logSumExp = LogProbabilities.LogSumExp(logits);
                int position = start + i;
                if (position + 1 < ids.Length)
                    logProbabilities[position + 1] = logits[ids[position + 1]] - logSumExp;

                if (top > 0)
                    candidates[position] = LogProbabilities.Top(logits, logSumExp, top);
            }
        }

        return new TokenScores(logProbabilities, candidates);
    }

    /// <summary>Σ ln p(continuation | prefix) of each continuation; the prefix is computed once.</summary>
    public static double[] ScoreContinuations(
        DecodingSession session,
        ReadOnlySpan<int> prefix,
        IReadOnlyList<int[]> continuations,
        AdapterSet adapters,
        CancellationToken cancellationToken)
    {
        float[] afterPrefix = session.Start(prefix, adapters, progress: null, cancellationToken).ToArray();
        double logSumExpAfterPrefix = LogProbabilities.LogSumExp(afterPrefix);
        var scores = new double[continuations.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            int[] tokens = continuations[i];
            if (tokens.Length == 0)
                continue;

            scores[i] = afterPrefix[tokens[0]] - logSumExpAfterPrefix;
            scores[i] += ScoreRest(session, tokens, cancellationToken);
            session.Return(prefix, cancellationToken);
        }

        return scores;
    }

    /// <summary>Half-window perplexity: see <see cref="LanguageModel.MeasurePerplexity"/>.</summary>
    public static PerplexityResult MeasurePerplexity(
        ITransformer transformer,
        ReadOnlySpan<int> ids,
        int window,
        AdapterSet adapters,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        int windows = ids.Length / window;
        int firstCounted = window / 2;
        double total = 0;
        using var session = new DecodingSession(transformer, window, adapters);
        for (int w = 0; w < windows; w++)
        {
            ReadOnlySpan<int> tokens = ids.Slice(w * window, window);
            session.Truncate(0);
            session.Append(tokens[..firstCounted], cancellationToken);
            total -= ScoreRest(session, tokens[firstCounted..], cancellationToken);
            progress?.Report((w + 1.0) / windows);
        }

        int counted = windows * (window - firstCounted - 1);
        double mean = total / counted;
        return new PerplexityResult(Math.Exp(mean), mean, counted, windows);
    }

    /// <summary>Adds tokens and sums the log-probabilities of all but the first.</summary>
    private static double ScoreRest(DecodingSession session, ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        double total = 0;
        ReadOnlySpan<int> inputs = tokens[..^1]; // nothing is asked about what follows the last token
        for (int start = 0; start < inputs.Length; start += ChunkTokens)
        {
            int count = Math.Min(ChunkTokens, inputs.Length - start);
            ForwardBatch batch = session.AppendAll(inputs.Slice(start, count), cancellationToken);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> logits = batch.GetLogits(i);
                total += logits[tokens[start + i + 1]] - LogProbabilities.LogSumExp(logits);
            }
        }

        return total;
    }
}
