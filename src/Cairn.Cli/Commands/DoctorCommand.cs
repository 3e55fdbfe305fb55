using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Tensors;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn doctor</c>: what this machine offers, and which kernel serves each tensor.</summary>
internal sealed class DoctorCommand : CairnCommand
{
    private readonly EngineOptions _engine;
    private readonly Option<bool> _tensors = new("--tensors") { Description = "Name the kernel of every tensor, not only of every kind." };

    public DoctorCommand()
        : base("doctor", "Show machine, instruction sets, memory, models and which kernel serves each tensor.",
            "cairn doctor",
            "cairn doctor --model smollm2-135m-instruct --tensors --json")
    {
        _engine = new EngineOptions(this, "Only this model (default: every model of the store).");
        Options.Add(_tensors);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var engine = _engine.Read(arguments);
        var store = ModelStore.CreateDefault();
        var machine = MachineReport.Read();
        var models = engine.Model is { } named ? [store.Resolve(named)] : store.List();
        var reports = models.Select(model => ModelReport.Read(model, engine)).ToList();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["machine"] = machine.ToJson(),
                ["store"] = new JsonArray([.. store.Roots.Select(root => (JsonNode)root)]),
                ["home"] = CairnHome.Root,
                ["models"] = new JsonArray([.. reports.Select(report => (JsonNode)report.ToJson(arguments.GetValue(_tensors)))]),
            });
        }
        else
        {
            await machine.WriteAsync(console.Out).ConfigureAwait(false);
            await console.Out.WriteLineAsync($"home          {CairnHome.Root}").ConfigureAwait(false);
            await console.Out.WriteLineAsync($"models from   {string.Join(", ", store.Roots)}").ConfigureAwait(false);
            foreach (var report in reports) await report.WriteAsync(console.Out, arguments.GetValue(_tensors)).ConfigureAwait(false);
        }

        return reports.Exists(report => report.Problem is not null) ? ExitCode.Failure : ExitCode.Success;
    }

    /// <summary>One model, opened: its tensors and their kernels.</summary>
    private sealed record ModelReport(StoredModel Model, string? Problem, TimeSpan LoadTime, IReadOnlyList<WeightMatrix> Weights)
    {
        public static ModelReport Read(StoredModel model, LocalModelOptions engine)
        {
            var options = new LocalModelOptions { Model = model.Path, Threads = engine.Threads, Activation = engine.Activation };
            using var models = new LocalModels();
            try
            {
                if (model.Problem is { } problem) return new ModelReport(model, problem, default, []);
                if (model.Kind == ModelKind.Encoder)
                {
                    var encoder = models.GetEmbeddingModel(options);
                    return new ModelReport(model, null, encoder.LoadTime, encoder.Weights);
                }

                var decoder = models.GetLanguageModel(options);
                return new ModelReport(model, null, decoder.LoadTime, decoder.Weights);
            }
            catch (Exception exception) when (FailureReport.TryDescribe(exception, out var report))
            {
                return new ModelReport(model, report.Message, default, []);
            }
        }

        public async Task WriteAsync(TextWriter output, bool tensors)
        {
            await output.WriteLineAsync().ConfigureAwait(false);
            await output.WriteLineAsync($"{Model.Name}: {Model.Architecture}, {DataSize.Format(Model.SizeInBytes)}, {(Problem is null ? $"loaded in {LoadTime.TotalSeconds:F2} s" : "cannot be run")}").ConfigureAwait(false);
            if (Problem is not null) await output.WriteLineAsync($"  {Problem}").ConfigureAwait(false);
            foreach (var group in Weights.GroupBy(weights => (weights.Type, weights.Kernel)))
            {
                await output.WriteLineAsync($"  {group.Key.Type,-6} {group.Count(),4} matrices  {group.Key.Kernel}").ConfigureAwait(false);
            }

            if (!tensors) return;
            foreach (var weights in Weights)
            {
                await output.WriteLineAsync($"  {weights.Name}  [{weights.Rows}, {weights.Columns}]  {weights.Type}  {weights.Kernel}").ConfigureAwait(false);
            }
        }

        public JsonObject ToJson(bool tensors)
        {
            var result = new JsonObject
            {
                ["name"] = Model.Name,
                ["path"] = Model.Path,
                ["architecture"] = Model.Architecture,
                ["problem"] = Problem,
                ["load_seconds"] = Math.Round(LoadTime.TotalSeconds, 4),
                ["kernels"] = new JsonArray([.. Weights.GroupBy(weights => (weights.Type, weights.Kernel)).Select(group => (JsonNode)new JsonObject
                {
                    ["type"] = group.Key.Type.ToString(),
                    ["kernel"] = group.Key.Kernel,
                    ["matrices"] = group.Count(),
                })]),
            };
            if (tensors)
            {
                result["tensors"] = new JsonArray([.. Weights.Select(weights => (JsonNode)new JsonObject
                {
                    ["name"] = weights.Name,
                    ["rows"] = weights.Rows,
                    ["columns"] = weights.Columns,
                    ["type"] = weights.Type.ToString(),
                    ["kernel"] = weights.Kernel,
                })]);
            }

            return result;
        }
    }
}
