using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn index remove</c>: delete an index, or one document from it; never the documents themselves.</summary>
internal sealed class IndexRemoveCommand : CairnCommand
{
    private readonly FolderArguments _folder;
    private readonly Option<string?> _document = new("--document")
    {
        Description = "Remove only this document (path relative to the folder).",
        HelpName = "path",
    };

    public IndexRemoveCommand()
        : base("remove", "Delete the index of a folder; the documents stay.",
            "cairn index remove samples/handbook",
            "cairn index remove samples/handbook --document qlora.md")
    {
        _folder = new FolderArguments(this);
        Options.Add(_document);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var (path, folder) = (_folder.IndexPath(arguments), _folder.Folder(arguments));
        var removed = arguments.GetValue(_document) is { } document
            ? RemoveDocument(path, folder, document)
            : DocumentIndex.Remove(path) ? $"index of {folder}" : throw new CliException($"'{folder}' has no index at {path}.", ExitCode.NotFound);
        if (arguments.GetValue(Json)) console.WriteJson(new JsonObject { ["removed"] = removed });
        else await console.Out.WriteLineAsync($"removed the {removed}").ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static string RemoveDocument(string path, string folder, string document)
    {
        using var index = ExistingIndex.Open(path, folder);
        return index.RemoveDocument(document)
            ? $"document {document}"
            : throw new CliException($"The index of '{folder}' holds no document '{document}'.", ExitCode.NotFound);
    }
}
