using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference.Benchmarks;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn bench</c>: how fast a model runs here.</summary>
internal sealed class BenchCommand : CairnCommand
{
    private readonly Option<int> _prompt = Count("--prompt-tokens", "Tokens of the prompt.", 512);
    private readonly Option<int> _generate = Count("--generate", "Tokens to generate after it.", 128);
    private readonly Option<int> _repeat = Count("--repeat", "Measurements; the medians count.", 3);
    private readonly AdapterOption _adapters = new();
    private readonly EngineOptions _engine;

    public BenchCommand()
        : base("bench", "Measure prefill and decode speed, load time and memory of a model.",
            "cairn bench",
            "cairn bench --model smollm2-135m-instruct --prompt-tokens 512 --generate 128 --threads 2 --repeat 3 --json")
    {
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
        Options.Add(_adapters);
        Options.Add(_prompt);
        Options.Add(_generate);
        Options.Add(_repeat);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var engine = _engine.Read(arguments);
        _adapters.ReadInto(engine, arguments);
        var options = new ThroughputOptions
        {
            PromptTokens = arguments.GetValue(_prompt),
            GeneratedTokens = arguments.GetValue(_generate),
            Repeats = arguments.GetValue(_repeat),
            Load = LocalModels.LoadOptions(engine),
            Adapters = AdapterOption.Resolve(engine),
        };
        using var progress = new ProgressLine(console, "measuring");
        var report = await Task.Run(
            () => ThroughputBenchmark.Run(LocalModels.ResolveChatModel(engine), options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        progress.Clear();
        if (arguments.GetValue(Json)) console.WriteJson(ToJson(report, options));
        else await WriteAsync(console.Out, report, options).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(TextWriter output, ThroughputReport report, ThroughputOptions options)
    {
        await output.WriteLineAsync($"prefill  {report.PrefillTokensPerSecond,9:N1} tokens/s  ({options.PromptTokens} tokens)").ConfigureAwait(false);
        await output.WriteLineAsync($"decode   {report.DecodeTokensPerSecond,9:N1} tokens/s  ({options.GeneratedTokens} tokens)").ConfigureAwait(false);
        await output.WriteLineAsync($"load     {report.LoadSeconds,9:N2} s").ConfigureAwait(false);
        await output.WriteLineAsync($"memory   {report.PeakResidentBytes / 1e6,9:N0} MB at most").ConfigureAwait(false);
        await output.WriteLineAsync($"grade    {GradeName(report.Grade)}; a typical answer of 90 tokens takes {90 / report.DecodeTokensPerSecond:N1} s").ConfigureAwait(false);
    }

    private static JsonObject ToJson(ThroughputReport report, ThroughputOptions options) => new()
    {
        ["prefill_tokens_per_second"] = report.PrefillTokensPerSecond,
        ["decode_tokens_per_second"] = report.DecodeTokensPerSecond,
        ["load_seconds"] = report.LoadSeconds,
        ["peak_resident_bytes"] = report.PeakResidentBytes,
        ["grade"] = GradeName(report.Grade),
        ["prompt_tokens"] = options.PromptTokens,
        ["generated_tokens"] = options.GeneratedTokens,
        ["threads"] = options.Load.Threads,
        ["prefill_runs"] = new JsonArray([.. report.PrefillRuns.Select(value => (JsonNode)value)]),
        ["decode_runs"] = new JsonArray([.. report.DecodeRuns.Select(value => (JsonNode)value)]),
    };

    private static string GradeName(ThroughputGrade grade) => grade.ToString().ToLowerInvariant();

    private static Option<int> Count(string name, string description, int standard)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "count" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1) result.AddError($"{name} must be at least 1.");
        });
        return option;
    }
}
