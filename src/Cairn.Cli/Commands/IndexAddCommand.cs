using System.CommandLine;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn index add</c>: index a folder, or bring its index up to date.</summary>
internal sealed class IndexAddCommand : CairnCommand
{
    private readonly FolderArguments _folder;
    private readonly EngineOptions _engine;

    public IndexAddCommand()
        : base("add", "Index a folder, or bring its index up to date: new, changed, renamed and deleted files.",
            "cairn index add samples/handbook",
            "cairn index add contracts --index contracts.db --json")
    {
        _folder = new FolderArguments(this);
        _engine = new EngineOptions(this, "The embedding model (default: all-minilm-l6-v2).");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        using var models = new LocalModels();
        using var knowledge = await KnowledgeFolder.OpenAsync(
            _folder.Folder(arguments), _folder.IndexPath(arguments), models, _engine.Read(arguments), cancellationToken).ConfigureAwait(false);
        var (receipt, elapsed) = await knowledge.SyncAsync(console, cancellationToken).ConfigureAwait(false);
        if (arguments.GetValue(Json))
        {
            console.WriteJson(ReceiptText.ToJson(receipt, elapsed));
            return ExitCode.Success;
        }

        await console.Out.WriteLineAsync(ReceiptText.Summary(receipt, elapsed)).ConfigureAwait(false);
        foreach (var line in ReceiptText.Failures(receipt)) await console.Out.WriteLineAsync(line).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
