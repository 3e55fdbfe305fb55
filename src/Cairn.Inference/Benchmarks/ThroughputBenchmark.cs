using System.Diagnostics;
using Cairn.Models.Adapters;

namespace Cairn.Inference.Benchmarks;

/// <summary>
/// Measures how many tokens a second a model reads (prefill, into an empty cache) and writes (greedy decode, at a depth,
/// by one sequence or several together). Sampling, detokenising and stop rules are left out.
/// </summary>
public static class ThroughputBenchmark
{
    private const int WarmUpTokens = 32;

    /// <summary>Loads a model, measures it and frees it.</summary>
    /// <param name="path">What <see cref="LanguageModel.Load"/> takes.</param>
    /// <param name="options">Sizes and repeats.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellationToken">Stops within a layer.</param>
    /// <exception cref="ContextOverflowException">Prompt or depth and the answer do not fit the model's context.</exception>
    /// <exception cref="AdapterMismatchException">An adapter does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or the prompt text is too short.</exception>
    public static ThroughputReport Run(
        string path,
        ThroughputOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ThroughputOptions();
        options.Validate();
        using LanguageModel model = LanguageModel.Load(path, options.Load, cancellationToken);
        int filled = Math.Max(options.PromptTokens, options.DecodeDepth);
        if ((long)filled + options.GeneratedTokens > model.ContextLength)
            throw new ContextOverflowException(filled, options.GeneratedTokens, model.ContextLength);

        AdapterSet adapters = AdapterSet.Create([.. options.Adapters.Select(
            adapter => new ActiveAdapter(model.LoadAdapter(adapter.Key), adapter.Value))]);
        int[] prompt = BenchmarkPrompt.Create(model, options);
        var warmUp = new Plan(
            Math.Min(WarmUpTokens, options.PromptTokens), Math.Min(WarmUpTokens, options.DecodeDepth),
            Math.Min(WarmUpTokens, options.GeneratedTokens), options.Sequences);
        var plan = new Plan(options.PromptTokens, options.DecodeDepth, options.GeneratedTokens, options.Sequences);
        Measure(model, prompt, warmUp, adapters, cancellationToken);
        var prefill = new double[options.Repeats];
        var decode = new double[options.Repeats];
        for (int repeat = 0; repeat < options.Repeats; repeat++)
        {
            (prefill[repeat], decode[repeat]) = Measure(model, prompt, plan, adapters, cancellationToken);
            progress?.Report((repeat + 1.0) / options.Repeats);
        }

        using var process = Process.GetCurrentProcess();
        double meanDepth = options.DecodeDepth + (options.GeneratedTokens / 2.0);
        return new ThroughputReport(
            Median(prefill),
            Median(decode),
            model.LoadTime.TotalSeconds,
            process.PeakWorkingSet64,
            prefill,
            decode,
            ThroughputSettings.Of(model, options),
            model.Work.PrefillOperations,
            (model.Work.WeightBytes / options.Sequences) + model.Work.KvBytes(meanDepth));
    }

    private static (double Prefill, double Decode) Measure(
        LanguageModel model, ReadOnlySpan<int> prompt, Plan plan, AdapterSet adapters, CancellationToken cancellationToken)
    {
        int longest = Math.Max(plan.Prompt, plan.Depth) + plan.Generated;
        using var sequences = new SequenceGroup(model.Transformer, plan.Sequences, longest, adapters);
        long started = Stopwatch.GetTimestamp();
        sequences.Append(0, prompt[..plan.Prompt], cancellationToken);
        TimeSpan prefill = Stopwatch.GetElapsedTime(started);

        for (int i = 0; i < plan.Sequences; i++)
            BringToDepth(sequences, i, prompt, plan.Depth, cancellationToken);

        started = Stopwatch.GetTimestamp();
        for (int i = 0; i < plan.Generated; i++)
            sequences.Step(cancellationToken);

        TimeSpan decode = Stopwatch.GetElapsedTime(started);
        return (plan.Prompt / prefill.TotalSeconds, (double)plan.Generated * plan.Sequences / decode.TotalSeconds);
    }

    private static void BringToDepth(
        SequenceGroup sequences, int sequence, ReadOnlySpan<int> prompt, int depth, CancellationToken cancellationToken)
    {
        if (sequences.DepthOf(sequence) > depth)
            sequences.Truncate(sequence, depth);

        int held = sequences.DepthOf(sequence);
        if (held < depth)
            sequences.Append(sequence, prompt[held..depth], cancellationToken);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Tokens of one measurement.</summary>
    private readonly record struct Plan(int Prompt, int Depth, int Generated, int Sequences);
}
