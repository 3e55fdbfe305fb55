using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn models list</c>.</summary>
internal sealed class ModelsListCommand : CairnCommand
{
    public ModelsListCommand()
        : base("list", "List the models of the store and the bundled ones.", "cairn models list", "cairn models list --json")
    {
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var models = ModelStore.CreateDefault().List();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["models"] = new JsonArray([.. models.Select(model => (JsonNode)new JsonObject
                {
                    ["name"] = model.Name,
                    ["path"] = model.Path,
                    ["kind"] = model.Kind.ToString().ToLowerInvariant(),
                    ["architecture"] = model.Architecture,
                    ["size_in_bytes"] = model.SizeInBytes,
                    ["problem"] = model.Problem,
                })]),
            });
            return ExitCode.Success;
        }

        var width = models.Select(model => model.Name.Length).DefaultIfEmpty(4).Max();
        foreach (var model in models)
        {
            await console.Out.WriteLineAsync(
                $"{model.Name.PadRight(width)}  {Use(model.Kind),-10}  {model.Architecture ?? "?",-10}  {DataSize.Format(model.SizeInBytes),10}{(model.Problem is { } problem ? $"  {problem}" : "")}").ConfigureAwait(false);
        }

        if (models.Count == 0) await console.Error.WriteLineAsync($"No models in {string.Join(", ", ModelStore.CreateDefault().Roots)}.").ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static string Use(ModelKind kind) => kind switch
    {
        ModelKind.Decoder => "text",
        ModelKind.Encoder => "embeddings",
        _ => "unknown",
    };
}
