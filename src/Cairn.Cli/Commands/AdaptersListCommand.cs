using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn adapters list</c>.</summary>
internal sealed class AdaptersListCommand : CairnCommand
{
    public AdaptersListCommand()
        : base("list", "List the LoRA adapters of the store.", "cairn adapters list", "cairn adapters list --json")
    {
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var store = AdapterStore.CreateDefault();
        var adapters = store.List();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject { ["adapters"] = new JsonArray([.. adapters.Select(adapter => (JsonNode)ToJson(adapter))]) });
            return ExitCode.Success;
        }

        var width = adapters.Select(adapter => adapter.Name.Length).DefaultIfEmpty(4).Max();
        foreach (var adapter in adapters)
        {
            var rank = adapter.Rank > 0 ? $"rank {adapter.Rank}" : "";
            var remark = adapter.Problem is { } problem ? $"  {problem}" : adapter.BaseModel is { Length: > 0 } name ? $"  for {name}" : "";
            await console.Out.WriteLineAsync(
                $"{adapter.Name.PadRight(width)}  {adapter.Format.ToString().ToLowerInvariant(),-4}  {rank,-9}  {DataSize.Format(adapter.SizeInBytes),10}{remark}").ConfigureAwait(false);
        }

        if (adapters.Count == 0) await console.Error.WriteLineAsync($"No adapters in {string.Join(", ", store.Roots)}.").ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static JsonObject ToJson(StoredAdapter adapter) => new()
    {
        ["name"] = adapter.Name,
        ["path"] = adapter.Path,
        ["format"] = adapter.Format.ToString().ToLowerInvariant(),
        ["rank"] = adapter.Rank,
        ["base_model"] = adapter.BaseModel,
        ["size_in_bytes"] = adapter.SizeInBytes,
        ["problem"] = adapter.Problem,
    };
}
