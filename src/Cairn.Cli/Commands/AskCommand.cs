using System.CommandLine;
using System.Diagnostics;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;
using Cairn.Retrieval.Answers;
using Cairn.Retrieval.Answers.Events;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn ask</c>: a cited answer about a folder of documents.</summary>
internal sealed class AskCommand : CairnCommand
{
    private readonly FolderArguments _folder;
    private readonly Argument<string[]> _question = new("question")
    {
        Description = "The question; standard input when '-'.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly AnswerOptions _answers;
    private readonly Option<bool> _evidence = new("--show-evidence") { Description = "Also print the passages that were read." };

    public AskCommand()
        : base("ask", "Answer a question from the documents of a folder, with citations.",
            "cairn ask samples/handbook \"What is QLoRA and when should I use it?\"",
            "cairn ask contracts \"When can either party terminate?\" --json")
    {
        _folder = new FolderArguments(this);
        Arguments.Add(_question);
        _answers = new AnswerOptions(this);
        Options.Add(_evidence);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var question = await TextInput.ReadAsync(arguments.GetValue(_question), console, cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(question)) throw new CliException("The question is empty.", ExitCode.Usage);

        using var models = new LocalModels();
        using var knowledge = await KnowledgeFolder.OpenAsync(
            _folder.Folder(arguments), _folder.IndexPath(arguments), models, _answers.Embedder(arguments), cancellationToken).ConfigureAwait(false);
        var (receipt, indexTime) = await knowledge.SyncAsync(console, cancellationToken).ConfigureAwait(false);
        await ReportAsync(receipt, indexTime, console).ConfigureAwait(false);
        if (knowledge.Index.Status().Chunks == 0)
        {
            throw new CliException($"'{receipt.Folder}' holds no document that can be read, so there is nothing to answer from.", ExitCode.NotFound);
        }

        using var progress = new PromptLine(console);
        var answerer = _answers.Create(arguments, knowledge, models, progress, cancellationToken);
        var json = arguments.GetValue(Json);
        CitedAnswer? answer = null;
        await foreach (var happened in answerer.StreamAsync(question, cancellationToken).ConfigureAwait(false))
        {
            if (happened is TextAdded { Text: var text } && !json) console.WriteNow(text);
            if (happened is AnswerCompleted { Answer: var completed }) answer = completed;
        }

        if (json) console.WriteJson(AnswerText.ToJson(answer!, indexTime, clock.Elapsed));
        else console.WriteNow(AnswerText.Footer(answer!, arguments.GetValue(_evidence)));
        return ExitCode.Success;
    }

    // What changed and what could not be read is worth a line; an unchanged folder is not.
    private static async Task ReportAsync(IngestionReceipt receipt, TimeSpan elapsed, CliConsole console)
    {
        var failures = receipt.Count(FileOutcome.Failed);
        if (receipt.ChunksEmbedded > 0 || receipt.Count(FileOutcome.Removed) > 0)
        {
            await console.Error.WriteLineAsync($"indexed: {ReceiptText.Summary(receipt, elapsed)}").ConfigureAwait(false);
        }

        if (failures > 0)
        {
            await console.Error.WriteLineAsync(
                $"{failures} file{(failures == 1 ? "" : "s")} could not be read; 'cairn index status {receipt.Folder}' tells why").ConfigureAwait(false);
        }
    }
}
