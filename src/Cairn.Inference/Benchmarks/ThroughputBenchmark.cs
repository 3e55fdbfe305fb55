using System.Diagnostics;
using System.Numerics.Tensors;
using Cairn.Models.Adapters;

namespace Cairn.Inference.Benchmarks;

/// <summary>
/// Measures how many tokens a second a model reads (prefill) and writes (greedy decode after that prompt). Sampling,
/// detokenising and stop rules are left out; every repeat starts with an empty cache.
/// </summary>
public static class ThroughputBenchmark
{
    private const int Seed = 1;
    private const int WarmUpTokens = 32;

    /// <summary>Loads a model, measures it and frees it.</summary>
    /// <param name="path">What <see cref="LanguageModel.Load"/> takes.</param>
    /// <param name="options">Sizes and repeats.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <exception cref="ContextOverflowException">Prompt and answer do not fit the model's context.</exception>
    /// <exception cref="AdapterMismatchException">An adapter does not fit the model.</exception>
    public static ThroughputReport Run(
        string path,
        ThroughputOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ThroughputOptions();
        options.Validate();
        using LanguageModel model = LanguageModel.Load(path, options.Load, cancellationToken);
        if ((long)options.PromptTokens + options.GeneratedTokens > model.ContextLength)
            throw new ContextOverflowException(options.PromptTokens, options.GeneratedTokens, model.ContextLength);

        AdapterSet adapters = AdapterSet.Create([.. options.Adapters.Select(
            adapter => new ActiveAdapter(model.LoadAdapter(adapter.Key), adapter.Value))]);
        int[] prompt = RandomPrompt(model, options.PromptTokens);
        Measure(
            model, prompt.AsSpan(0, Math.Min(WarmUpTokens, prompt.Length)), Math.Min(WarmUpTokens, options.GeneratedTokens), adapters, cancellationToken);
        var prefill = new double[options.Repeats];
        var decode = new double[options.Repeats];
        for (int repeat = 0; repeat < options.Repeats; repeat++)
        {
            (prefill[repeat], decode[repeat]) = Measure(model, prompt, options.GeneratedTokens, adapters, cancellationToken);
            progress?.Report((repeat + 1.0) / options.Repeats);
        }

        using var process = Process.GetCurrentProcess();
        return new ThroughputReport(
            Median(prefill), Median(decode), model.LoadTime.TotalSeconds, process.PeakWorkingSet64, prefill, decode);
    }

    private static (double Prefill, double Decode) Measure(
        LanguageModel model, ReadOnlySpan<int> prompt, int generated, AdapterSet adapters, CancellationToken cancellationToken)
    {
        using var session = new DecodingSession(model.Transformer, prompt.Length + generated);
        long started = Stopwatch.GetTimestamp();
        int next = TensorPrimitives.IndexOfMax<float>(session.Start(prompt, adapters, cancellationToken));
        TimeSpan prefill = Stopwatch.GetElapsedTime(started);

        started = Stopwatch.GetTimestamp();
        for (int i = 0; i < generated; i++)
            next = TensorPrimitives.IndexOfMax<float>(session.Append([next], cancellationToken));

        TimeSpan decode = Stopwatch.GetElapsedTime(started);
        return (prompt.Length / prefill.TotalSeconds, generated / decode.TotalSeconds);
    }

    private static int[] RandomPrompt(LanguageModel model, int length)
    {
        var random = new Random(Seed);
        var prompt = new int[length];
        for (int i = 0; i < length; i++)
            prompt[i] = random.Next(model.Configuration.VocabularySize);

        return prompt;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
