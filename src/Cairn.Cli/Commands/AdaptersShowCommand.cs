using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Models.Adapters;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn adapters show</c>: what an adapter changes and how strongly; no model is loaded.</summary>
internal sealed class AdaptersShowCommand : CairnCommand
{
    private readonly Argument<string> _adapter = new("adapter") { Description = "A PEFT folder, a GGUF adapter or a name of the store." };
    private readonly Option<bool> _modules = new("--modules") { Description = "Also list every matrix with its rank and scale." };

    public AdaptersShowCommand()
        : base("show", "Show rank, scale, targets, size and what is unusual about an adapter.",
            "cairn adapters show style",
            "cairn adapters show ./style-lora --modules --json")
    {
        Arguments.Add(_adapter);
        Options.Add(_modules);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        using var file = AdapterFile.Open(AdapterStore.CreateDefault().Resolve(arguments.GetValue(_adapter)!));
        var modules = arguments.GetValue(_modules);
        if (arguments.GetValue(Json)) console.WriteJson(ToJson(file, modules));
        else await WriteAsync(console.Out, file, modules).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(TextWriter output, AdapterFile file, bool modules)
    {
        await output.WriteLineAsync($"name          {file.Name}").ConfigureAwait(false);
        await output.WriteLineAsync($"path          {file.Path}").ConfigureAwait(false);
        await output.WriteLineAsync($"format        {(file.Format == AdapterFormat.Peft ? "PEFT folder" : "GGUF")}").ConfigureAwait(false);
        await output.WriteLineAsync($"base          {BaseOf(file)}").ConfigureAwait(false);
        await output.WriteLineAsync($"rank          {string.Join(", ", Ranks(file))}").ConfigureAwait(false);
        await output.WriteLineAsync($"alpha         {Number(file.Alpha)}; scale = {ScaleRule(file)}: {string.Join(", ", Scales(file).Select(Number))}").ConfigureAwait(false);
        await output.WriteLineAsync($"targets       {string.Join(", ", Targets(file))} ({file.Modules.Count} matrices)").ConfigureAwait(false);
        await output.WriteLineAsync($"parameters    {file.TrainableParameters:N0}").ConfigureAwait(false);
        await output.WriteLineAsync($"size          {DataSize.Format(file.SizeInBytes)}").ConfigureAwait(false);
        foreach (var remark in Remarks(file)) await output.WriteLineAsync($"unusual       {remark}").ConfigureAwait(false);
        if (!modules) return;

        await output.WriteLineAsync().ConfigureAwait(false);
        var width = file.Modules.Max(module => module.Name.Length);
        foreach (var module in file.Modules)
        {
            await output.WriteLineAsync(
                $"{module.Name.PadRight(width)}  {$"[{module.OutputSize}, {module.InputSize}]",-14}  rank {module.Rank}  scale {Number(module.Scale)}{(module.HasMagnitude ? "  magnitudes" : "")}").ConfigureAwait(false);
        }
    }

    private static JsonObject ToJson(AdapterFile file, bool modules)
    {
        var result = new JsonObject
        {
            ["name"] = file.Name,
            ["path"] = file.Path,
            ["format"] = file.Format.ToString().ToLowerInvariant(),
            ["architecture"] = file.Architecture,
            ["base_model"] = file.BaseModel,
            ["rank"] = file.Rank,
            ["ranks"] = new JsonArray([.. Ranks(file).Select(rank => (JsonNode)rank)]),
            ["alpha"] = file.Alpha,
            ["scale_rule"] = ScaleRule(file),
            ["scales"] = new JsonArray([.. Scales(file).Select(scale => (JsonNode)scale)]),
            ["targets"] = new JsonArray([.. Targets(file).Select(target => (JsonNode)target)]),
            ["replaced"] = new JsonArray([.. file.Replacements.Select(replacement => (JsonNode)replacement.Name)]),
            ["uses_dora"] = file.UsesMagnitudes,
            ["modules"] = file.Modules.Count,
            ["parameters"] = file.TrainableParameters,
            ["size_in_bytes"] = file.SizeInBytes,
            ["unusual"] = new JsonArray([.. Remarks(file).Select(remark => (JsonNode)remark)]),
        };
        if (modules)
        {
            result["module_list"] = new JsonArray([.. file.Modules.Select(module => (JsonNode)new JsonObject
            {
                ["name"] = module.Name,
                ["rank"] = module.Rank,
                ["scale"] = module.Scale,
                ["inputs"] = module.InputSize,
                ["outputs"] = module.OutputSize,
                ["has_magnitudes"] = module.HasMagnitude,
            })]);
        }

        return result;
    }

    private static IEnumerable<string> Remarks(AdapterFile file)
    {
        if (file.UsesRankStabilizedScale) yield return "rsLoRA: programs that assume alpha / rank apply it too weakly";
        if (file.HasPatterns) yield return "patterns give some matrices another rank or alpha";
        if (file.UsesMagnitudes) yield return "DoRA: rows are brought to learned lengths; cannot be combined with another adapter there";
        if (file.Modules.Any(module => module.Kind != AdapterModuleKind.Linear)) yield return "changes token embeddings (inputs only)";
        foreach (var replacement in file.Replacements) yield return $"replaces {replacement.Name} as a whole";
        if (file.Format == AdapterFormat.Gguf && file.Alpha == 0) yield return "alpha is 0: the scale of the request alone counts";
    }

    private static string ScaleRule(AdapterFile file) =>
        file.Format == AdapterFormat.Gguf && file.Alpha == 0 ? "1" : file.UsesRankStabilizedScale ? "alpha / sqrt(rank)" : "alpha / rank";

    private static string BaseOf(AdapterFile file) => (file.BaseModel, file.Architecture) switch
    {
        ({ Length: > 0 } name, { } architecture) => $"{name} ({architecture})",
        ({ Length: > 0 } name, null) => name,
        (_, { } architecture) => $"a {architecture} model",
        _ => "not named",
    };

    private static IEnumerable<int> Ranks(AdapterFile file) => file.Modules.Select(module => module.Rank).Distinct().Order();

    private static IEnumerable<double> Scales(AdapterFile file) => file.Modules.Select(module => module.Scale).Distinct().Order();

    /// <summary>The last word of each module's name: <c>q_proj</c>, <c>attn_q</c>.</summary>
    private static IEnumerable<string> Targets(AdapterFile file) => file.Modules
        .Select(module => module.Name.EndsWith(".weight", StringComparison.Ordinal) ? module.Name[..^".weight".Length] : module.Name)
        .Select(name => name[(name.LastIndexOf('.') + 1)..])
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
