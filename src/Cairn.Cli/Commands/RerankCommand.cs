using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn rerank</c>: how well documents answer a query, best first, by a cross-encoder.</summary>
internal sealed class RerankCommand : CairnCommand
{
    private const int LongestDocument = 16 << 20;

    private readonly Argument<string?> _query = new("query")
    {
        Description = "The question or search words.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> _files = new("file")
    {
        Description = "Text files, each a document; without any, each line of standard input is one.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _jsonLines = new("--jsonl")
    {
        Description = "Read one {\"query\", \"documents\"} a line, print one {\"scores\"} a line: raw scores in the documents' order.",
    };

    private readonly Option<int?> _top = new("--top") { Description = "Print only the best (default: all).", HelpName = "count" };
    private readonly EngineOptions _engine;

    public RerankCommand()
        : base("rerank", "Order documents by how well they answer a query.",
            "cairn rerank --model bge-reranker-v2-m3.gguf \"Where is the hut?\" notes.txt diary.txt --top 3",
            "cairn rerank --model bge-reranker-v2-m3.gguf --jsonl < requests.jsonl")
    {
        Arguments.Add(_query);
        Arguments.Add(_files);
        Options.Add(_jsonLines);
        Options.Add(_top);
        _engine = new EngineOptions(this, "The cross-encoder; none is bundled.");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var options = _engine.Read(arguments);
        if (options.Model is null) throw new CliException("--model is missing: no cross-encoder is bundled.", ExitCode.Usage);
        if (arguments.GetValue(_top) is < 1) throw new CliException("--top must be 1 or more.", ExitCode.Usage);

        using var models = new LocalModels();
        if (arguments.GetValue(_jsonLines))
        {
            await ScoreLinesAsync(models.GetRerankModel(options), console, cancellationToken).ConfigureAwait(false);
            return ExitCode.Success;
        }

        var query = arguments.GetValue(_query) ?? throw new CliException("No query was given.", ExitCode.Usage);
        var documents = await ReadDocumentsAsync(arguments.GetValue(_files) ?? [], console, cancellationToken).ConfigureAwait(false);
        if (documents.Count == 0) throw new CliException("There are no documents to order.", ExitCode.Usage);

        var scores = models.GetRerankModel(options).Score(query, [.. documents.Select(document => document.Text)], cancellationToken);
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(arguments.GetValue(_top) ?? int.MaxValue).ToList();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["query"] = query,
                ["results"] = new JsonArray([.. order.Select(i => (JsonNode)new JsonObject { ["document"] = documents[i].Name, ["score"] = scores[i] })]),
            });
            return ExitCode.Success;
        }

        foreach (var i in order)
        {
            await console.Out.WriteLineAsync($"{scores[i].ToString("F4", CultureInfo.InvariantCulture),9}  {documents[i].Name}").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }

    private static async Task ScoreLinesAsync(RerankModel model, CliConsole console, CancellationToken cancellationToken)
    {
        for (var line = 1; await console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } json; line++)
        {
            if (string.IsNullOrWhiteSpace(json)) continue;

            var request = RerankRequest.Parse(json, line);
            var scores = model.Score(request.Query, request.Documents, cancellationToken);
            console.WriteJson(new JsonObject { ["scores"] = new JsonArray([.. scores.Select(score => (JsonNode)score)]) });
        }
    }

    /// <summary>The files with their names, or the lines of standard input, which are their own names.</summary>
    private static async Task<List<(string Name, string Text)>> ReadDocumentsAsync(
        string[] files, CliConsole console, CancellationToken cancellationToken)
    {
        var documents = new List<(string Name, string Text)>();
        foreach (var file in files)
        {
            if (new FileInfo(file) is { Exists: true, Length: > LongestDocument } large)
            {
                throw new CliException($"'{file}' has {large.Length:N0} bytes; a document may have {LongestDocument:N0}.");
            }

            documents.Add((file, await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)));
        }

        if (files.Length > 0) return documents;
        if (!console.InputIsRedirected) throw new CliException("No documents were given: name files or pipe lines in.", ExitCode.Usage);

        while (await console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } text)
        {
            if (!string.IsNullOrWhiteSpace(text)) documents.Add((text, text));
        }

        return documents;
    }
}
