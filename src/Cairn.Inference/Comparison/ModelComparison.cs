using System.Numerics.Tensors;
using Cairn.Models.Adapters;
using Cairn.Models.Transformers;

namespace Cairn.Inference.Comparison;

/// <summary>Measures what a change to a model (a quantisation, an adapter) does to its predictions.</summary>
/// <remarks>
/// Both models read the same half windows as <see cref="LanguageModel.MeasurePerplexity"/>, side by side, so only the
/// logits of one chunk of each are kept. Of each counted prediction KL(reference ‖ model), the likeliest token and the
/// probability of the real next token are compared.
/// </remarks>
public static class ModelComparison
{
    // Logits of 64 tokens and 49,152 words are 12 MB for each model; longer chunks would gain nothing.
    private const int ChunkTokens = 64;

    /// <summary>Compares a model with a reference.</summary>
    /// <param name="reference">The model that counts as right, such as the unquantised one.</param>
    /// <param name="model">The model to judge; may be the same object. Both must share one vocabulary.</param>
    /// <param name="ids">The text, at least one window.</param>
    /// <param name="window">Tokens of a window, 4 to the smaller context length.</param>
    /// <param name="adapters">Adapters of <paramref name="model"/>, which may be the reference itself; null for none.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <exception cref="ArgumentException">The vocabularies differ in size, or the text is too short.</exception>
    /// <exception cref="ContextOverflowException">The window is longer than a context.</exception>
    public static ComparisonResult Compare(
        LanguageModel reference,
        LanguageModel model,
        ReadOnlySpan<int> ids,
        int window = 512,
        AdapterSet? adapters = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(model);
        int vocabulary = reference.Configuration.VocabularySize;
        if (model.Configuration.VocabularySize != vocabulary)
        {
            throw new ArgumentException(
                $"'{model.Name}' predicts {model.Configuration.VocabularySize:N0} tokens and '{reference.Name}' {vocabulary:N0}; "
                + "only models with one vocabulary can be compared.", nameof(model));
        }

        reference.RequireWindows(ids, window);
        model.RequireWindows(ids, window);
        int[] tokens = ids.ToArray();
        return reference.RunAlone(
            first => ReferenceEquals(reference, model)
                ? Measure(first, first, tokens, window, adapters, progress, cancellationToken)
                : model.RunAlone(second => Measure(first, second, tokens, window, adapters, progress, cancellationToken), cancellationToken),
            cancellationToken);
    }

    private static ComparisonResult Measure(
        ITransformer reference,
        ITransformer model,
        int[] ids,
        int window,
        AdapterSet? adapters,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        int windows = ids.Length / window;
        int firstCounted = window / 2;
        var tally = new ComparisonTally(windows * (window - firstCounted - 1), windows);
        using var referenceSession = new DecodingSession(reference, window);
        using var modelSession = new DecodingSession(model, window, adapters);
        for (int w = 0; w < windows; w++)
        {
            ReadOnlySpan<int> tokens = ids.AsSpan(w * window, window);
            foreach (DecodingSession session in (ReadOnlySpan<DecodingSession>)[referenceSession, modelSession])
            {
                session.Truncate(0);
                session.Append(tokens[..firstCounted], cancellationToken);
            }

            for (int start = firstCounted; start < window - 1; start += ChunkTokens)
            {
                int count = Math.Min(ChunkTokens, window - 1 - start);
                ForwardBatch right = referenceSession.AppendAll(tokens.Slice(start, count), cancellationToken);
                ForwardBatch other = modelSession.AppendAll(tokens.Slice(start, count), cancellationToken);
                for (int i = 0; i < count; i++) tally.Add(right.GetLogits(i), other.GetLogits(i), tokens[start + i + 1]);
            }

            progress?.Report((w + 1.0) / windows);
        }

        return tally.ToResult();
    }

    /// <summary>What is kept of each prediction: three numbers.</summary>
    private sealed class ComparisonTally(int capacity, int windows)
    {
        private readonly List<double> _divergences = new(capacity);
        private readonly List<double> _differences = new(capacity); // ln p(next) of the reference minus that of the model
        private double _referenceLoss;
        private double _modelLoss;
        private int _agreed;

        public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> model, int next)
        {
            double referenceLogSumExp = LogProbabilities.LogSumExp(reference);
            double modelLogSumExp = LogProbabilities.LogSumExp(model);
            double referenceLoss = referenceLogSumExp - reference[next];
            double modelLoss = modelLogSumExp - model[next];
            _divergences.Add(Divergence.KullbackLeibler(reference, referenceLogSumExp, model, modelLogSumExp));
            _differences.Add(modelLoss - referenceLoss);
            _referenceLoss += referenceLoss;
            _modelLoss += modelLoss;
            if (TensorPrimitives.IndexOfMax(reference) == TensorPrimitives.IndexOfMax(model)) _agreed++;
        }

        public ComparisonResult ToResult()
        {
            double[] sorted = [.. _divergences.Order()];
            int count = sorted.Length;
            Estimate mean = Estimate.OfMean(sorted);
            Estimate ratio = Estimate.OfMean([.. _differences]);
            var histogram = new int[ComparisonResult.HistogramBounds.Count + 1];
            foreach (double value in sorted) histogram[Bin(value)]++;
            return new ComparisonResult(
                Perplexity(_modelLoss),
                Perplexity(_referenceLoss),
                mean with { Low = Math.Max(0, mean.Low) },
                (sorted[(count - 1) / 2] + sorted[count / 2]) / 2,
                sorted[Math.Min(count - 1, (int)Math.Ceiling(0.99 * count) - 1)],
                sorted[^1],
                Estimate.OfShare(_agreed, count),
                new Estimate(Math.Exp(ratio.Value), Math.Exp(ratio.Low), Math.Exp(ratio.High)),
                histogram);
        }

        private static int Bin(double value)
        {
            int bin = 0;
            while (bin < ComparisonResult.HistogramBounds.Count && value >= ComparisonResult.HistogramBounds[bin]) bin++;
            return bin;
        }

        private PerplexityResult Perplexity(double loss)
        {
            double mean = loss / _divergences.Count;
            return new PerplexityResult(Math.Exp(mean), mean, _divergences.Count, windows);
        }
    }
}
