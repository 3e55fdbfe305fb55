using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;
using Cairn.Retrieval.Evaluation;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn eval retrieval</c>: nDCG, recall and MRR on a set with judgments.</summary>
internal sealed class EvalRetrievalCommand : CairnCommand
{
    private readonly Argument<DirectoryInfo> _set = new("set") { Description = "Folder with corpus.jsonl.gz, queries.jsonl and qrels.tsv." };
    private readonly Option<string> _split = new("--split") { Description = "Score only the queries of this split.", DefaultValueFactory = _ => "", HelpName = "name" };
    private readonly Option<double> _alpha = new("--alpha") { Description = "Weight of the vectors in hybrid search.", DefaultValueFactory = _ => 0.5, HelpName = "weight" };
    private readonly EngineOptions _engine;

    public EvalRetrievalCommand()
        : base("retrieval", "Score keyword, vector and hybrid search on a set with judgments.",
            "cairn eval retrieval data/nfcorpus --split test",
            "cairn eval retrieval data/cranfield --json")
    {
        Arguments.Add(_set);
        Options.Add(_split);
        Options.Add(_alpha);
        _engine = new EngineOptions(this, "The embedding model (default: all-minilm-l6-v2).");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var set = arguments.GetValue(_set)!;
        if (!set.Exists) throw new CliException($"There is no folder '{set.FullName}'.", ExitCode.NotFound);

        using var models = new LocalModels();
        var model = models.GetEmbeddingModel(_engine.Read(arguments));
        var evaluator = new RetrievalEvaluator(new LocalEmbeddingGenerator(model), await KnowledgeFolder.SpaceOfAsync(model, cancellationToken).ConfigureAwait(false));
        var options = new RetrievalEvaluatorOptions { Split = arguments.GetValue(_split)!, Alpha = arguments.GetValue(_alpha) };
        using var line = new ProgressLine(console, "evaluating");
        var result = await evaluator.EvaluateAsync(set.FullName, options, new EvaluationLine(line), cancellationToken).ConfigureAwait(false);
        line.Clear();
        if (arguments.GetValue(Json)) console.WriteJson(ToJson(result));
        else await WriteAsync(console.Out, result).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(TextWriter output, RetrievalEvaluation result)
    {
        await output.WriteLineAsync($"{result.Set}: {result.Documents:N0} documents, {result.Queries:N0} queries, indexed in {result.IndexTime.TotalSeconds:F1} s").ConfigureAwait(false);
        await output.WriteLineAsync("method    nDCG@10  recall@10  recall@100  MRR@10  ms/query").ConfigureAwait(false);
        foreach (var row in result.Scores)
        {
            await output.WriteLineAsync(
                $"{row.Method,-9} {row.Ndcg10,7:F4} {row.Recall10,10:F4} {row.Recall100,11:F4} {row.Mrr10,7:F4} {row.MedianMilliseconds,9:F1}").ConfigureAwait(false);
        }
    }

    private static JsonObject ToJson(RetrievalEvaluation result) => new()
    {
        ["set"] = result.Set,
        ["documents"] = result.Documents,
        ["queries"] = result.Queries,
        ["split"] = result.Split,
        ["index_seconds"] = result.IndexTime.TotalSeconds,
        ["scores"] = new JsonArray([.. result.Scores.Select(row => (JsonNode)new JsonObject
        {
            ["method"] = row.Method,
            ["ndcg_at_10"] = row.Ndcg10,
            ["recall_at_10"] = row.Recall10,
            ["recall_at_100"] = row.Recall100,
            ["mrr_at_10"] = row.Mrr10,
            ["median_milliseconds"] = row.MedianMilliseconds,
        })]),
    };
}
