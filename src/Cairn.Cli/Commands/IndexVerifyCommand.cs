using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn index verify</c>: check an index against itself, and repair it.</summary>
internal sealed class IndexVerifyCommand : CairnCommand
{
    private readonly FolderArguments _folder;
    private readonly Option<bool> _repair = new("--repair") { Description = "Repair what can be repaired." };

    public IndexVerifyCommand()
        : base("verify", "Check that text, keyword index and vectors agree (exit code 3 when they do not).",
            "cairn index verify samples/handbook",
            "cairn index verify samples/handbook --repair")
    {
        _folder = new FolderArguments(this);
        Options.Add(_repair);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        using var index = ExistingIndex.Open(_folder.IndexPath(arguments), _folder.Folder(arguments));
        var report = await Task.Run(() => index.Verify(arguments.GetValue(_repair)), cancellationToken).ConfigureAwait(false);
        // What a repair leaves is only known by looking again.
        var isSoundNow = report.IsSound || (report.Repaired.Count > 0 && index.Verify().IsSound);
        var code = isSoundNow ? ExitCode.Success : ExitCode.BadFile;
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["sound"] = isSoundNow,
                ["problems"] = new JsonArray([.. report.Problems.Select(text => (JsonNode)text)]),
                ["repaired"] = new JsonArray([.. report.Repaired.Select(text => (JsonNode)text)]),
                ["documents"] = report.Documents,
                ["chunks"] = report.Chunks,
                ["vectors"] = report.Vectors,
            });
            return code;
        }

        foreach (var problem in report.Problems) await console.Out.WriteLineAsync($"problem: {problem}").ConfigureAwait(false);
        foreach (var repaired in report.Repaired) await console.Out.WriteLineAsync($"repaired: {repaired}").ConfigureAwait(false);
        var verdict = report.IsSound ? "sound" : isSoundNow ? "repaired" : Advice(arguments.GetValue(_repair));
        await console.Out.WriteLineAsync(
            $"{verdict}: {report.Documents:N0} documents, {report.Chunks:N0} chunks, {report.Vectors:N0} vectors").ConfigureAwait(false);
        return code;
    }

    private static string Advice(bool repaired) => repaired
        ? "damaged; bring it up to date with 'cairn index add', or remove it and index again"
        : "damaged; try --repair";
}
