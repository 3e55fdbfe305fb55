using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn index status</c>: what an index holds.</summary>
internal sealed class IndexStatusCommand : CairnCommand
{
    private readonly FolderArguments _folder;

    public IndexStatusCommand()
        : base("status", "Show what the index of a folder holds and what its last sync could not read.",
            "cairn index status samples/handbook")
    {
        _folder = new FolderArguments(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var path = _folder.IndexPath(arguments);
        using var index = ExistingIndex.Open(path, _folder.Folder(arguments));
        var status = index.Status();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(ToJson(status));
            return ExitCode.Success;
        }

        var output = console.Out;
        await output.WriteLineAsync($"folder     {status.Folder ?? "(not synced yet)"}").ConfigureAwait(false);
        await output.WriteLineAsync($"index      {status.Path} ({DataSize.Format(status.SizeInBytes)})").ConfigureAwait(false);
        await output.WriteLineAsync($"documents  {status.Documents:N0}").ConfigureAwait(false);
        await output.WriteLineAsync($"chunks     {status.Chunks:N0} ({status.Vectors:N0} vectors)").ConfigureAwait(false);
        await output.WriteLineAsync($"embedder   {status.Space?.ToString() ?? "(none)"}").ConfigureAwait(false);
        await output.WriteLineAsync($"last sync  {status.LastSync?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz") ?? "never"}").ConfigureAwait(false);
        if (status.FailedFiles > 0 && status.LastReceipt is { } receipt)
        {
            await output.WriteLineAsync($"not read   {status.FailedFiles:N0}").ConfigureAwait(false);
            foreach (var line in ReceiptText.Failures(receipt)) await output.WriteLineAsync(line).ConfigureAwait(false);
        }

        return ExitCode.Success;
    }

    private static JsonObject ToJson(IndexStatus status) => new()
    {
        ["path"] = status.Path,
        ["folder"] = status.Folder,
        ["size_in_bytes"] = status.SizeInBytes,
        ["documents"] = status.Documents,
        ["failed_files"] = status.FailedFiles,
        ["chunks"] = status.Chunks,
        ["vectors"] = status.Vectors,
        ["text_characters"] = status.TextCharacters,
        ["embedding_model"] = status.Space?.Model,
        ["embedding_revision"] = status.Space?.Revision,
        ["dimensions"] = status.Space?.Dimensions,
        ["last_sync"] = status.LastSync?.ToString("O"),
        ["failures"] = new JsonArray([.. (status.LastReceipt?.Files ?? []).Where(file => file.Outcome == FileOutcome.Failed)
            .Select(file => (JsonNode)new JsonObject { ["source"] = file.Source, ["error"] = file.Error?.ToString(), ["detail"] = file.Detail })]),
    };
}
