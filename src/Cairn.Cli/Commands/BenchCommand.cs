using System.CommandLine;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference.Benchmarks;
using Cairn.Tensors.Limits;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn bench</c>: how fast a model runs here, and how fast this machine could at most.</summary>
internal sealed class BenchCommand : CairnCommand
{
    private const long LongestPromptFile = 64 << 20;

    private readonly Option<int> _prompt = Count("--prompt-tokens", "Tokens of the prompt.", 1, 512);
    private readonly Option<int> _generate = Count("--generate", "Tokens to generate after it.", 1, 128);
    private readonly Option<int> _repeat = Count("--repeat", "Measurements; the medians count.", 1, 3);
    private readonly Option<int> _batch = Count("--batch", "Sequences that decode together; the rate is that of all.", 1, 1);
    private readonly Option<int?> _depth = new("--depth") { Description = "Tokens in the cache when decoding begins (default: the prompt's).", HelpName = "count" };
    private readonly Option<string?> _promptFile = new("--prompt-file") { Description = "Text whose first tokens are the prompt (default: random tokens).", HelpName = "file" };
    private readonly Option<bool> _machine = new("--machine") { Description = "Measure this machine's limits instead of a model." };
    private readonly Option<string?> _compare = new("--compare") { Description = "Print the ratio to an earlier run of the same settings (its --json output).", HelpName = "file" };
    private readonly Option<string?> _roofline = new("--roofline")
    {
        Description = "Print the shares of this machine's limits: those of a file (--machine --json), or measured now.",
        HelpName = "file",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly AdapterOption _adapters = new();
    private readonly EngineOptions _engine;

    public BenchCommand()
        : base("bench", "Measure prefill and decode speed, load time and memory of a model, or the limits of this machine.",
            "cairn bench",
            "cairn bench --model smollm2-135m-instruct --prompt-tokens 512 --generate 128 --threads 2 --repeat 3 --json",
            "cairn bench --depth 4096 --batch 4 --roofline",
            "cairn bench --machine")
    {
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
        Options.Add(_adapters);
        Options.Add(_prompt);
        Options.Add(_generate);
        Options.Add(_depth);
        Options.Add(_batch);
        Options.Add(_promptFile);
        Options.Add(_repeat);
        Options.Add(_machine);
        Options.Add(_roofline);
        Options.Add(_compare);
        RequireAtLeast(_depth, 0);
        Validators.Add(result =>
        {
            if (!result.GetValue(_machine)) return;
            Option[] others = [_adapters, _prompt, _generate, _depth, _batch, _promptFile, _repeat, _roofline, _compare];
            var given = others.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });
            if (given is not null) result.AddError($"--machine measures no model: leave out {given.Name}.");
        });
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var engine = _engine.Read(arguments);
        var machine = MachineReport.Read();
        if (arguments.GetValue(_machine))
        {
            var measured = await MeasureMachineAsync(LocalModels.LoadOptions(engine).Threads, machine, console, cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(Json))
            {
                console.WriteJson(measured.ToJson(machine));
                return ExitCode.Success;
            }

            await machine.WriteAsync(console.Out).ConfigureAwait(false);
            await measured.WriteAsync(console.Out).ConfigureAwait(false);
            return ExitCode.Success;
        }

        _adapters.ReadInto(engine, arguments);
        var options = ReadOptions(arguments, engine);
        var earlier = arguments.GetValue(_compare) is { } file ? EarlierBench.Load(file) : null; // a bad file should not cost a measurement
        var limits = arguments.GetValue(_roofline) is { } path ? MachineLimitsReport.Load(path) : null;
        var load = new ForeignLoad();
        var report = await MeasureModelAsync(LocalModels.ResolveChatModel(engine), options, console, cancellationToken).ConfigureAwait(false);
        var others = load.Processors();
        earlier?.RequireSame(report.Settings);
        if (arguments.GetResult(_roofline) is not null)
        {
            limits ??= await MeasureMachineAsync(options.Load.Threads, machine, console, cancellationToken).ConfigureAwait(false);
        }

        var result = new BenchResult(report, machine, others, limits is null ? null : Roofline.Of(limits, machine, report), earlier);
        if (arguments.GetValue(Json)) console.WriteJson(result.ToJson());
        else await result.WriteAsync(console.Out).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private ThroughputOptions ReadOptions(ParseResult arguments, LocalModelOptions engine) => new()
    {
        PromptTokens = arguments.GetValue(_prompt),
        GeneratedTokens = arguments.GetValue(_generate),
        Depth = arguments.GetValue(_depth),
        Sequences = arguments.GetValue(_batch),
        PromptText = arguments.GetValue(_promptFile) is { } file ? ReadPrompt(file) : null,
        Repeats = arguments.GetValue(_repeat),
        Load = LocalModels.LoadOptions(engine),
        Adapters = AdapterOption.Resolve(engine),
    };

    private static string ReadPrompt(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= LongestPromptFile
            ? File.ReadAllText(path)
            : throw new CliException($"'{path}' has {length:N0} bytes; a prompt file may have {LongestPromptFile:N0}.");
    }

    private static async Task<ThroughputReport> MeasureModelAsync(
        string path, ThroughputOptions options, CliConsole console, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine(console, "measuring the model");
        return await Task.Run(() => ThroughputBenchmark.Run(path, options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<MachineLimitsReport> MeasureMachineAsync(
        int threads, MachineReport machine, CliConsole console, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine(console, "measuring the machine");
        var options = new MachineLimitOptions { Threads = threads };
        var load = new ForeignLoad();
        var limits = await Task.Run(() => MachineLimits.Measure(options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new MachineLimitsReport(machine.Processor, limits, load.Processors());
    }

    private static Option<int> Count(string name, string description, int least, int standard)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "count" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < least) result.AddError($"{name} must be at least {least}.");
        });
        return option;
    }

    private static void RequireAtLeast(Option<int?> option, int least) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() < least) result.AddError($"{option.Name} must be at least {least}.");
    });
}
