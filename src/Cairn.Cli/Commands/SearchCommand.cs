using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;
using Cairn.Retrieval.Search;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn search</c>: the passages of a folder that bear on a query.</summary>
internal sealed class SearchCommand : CairnCommand
{
    private const int ShownCharacters = 300;

    private readonly FolderArguments _folder;
    private readonly Argument<string> _query = new("query") { Description = "Words or a question." };
    private readonly Option<string> _mode = new("--mode")
    {
        Description = "keyword (BM25), vector (embeddings) or hybrid (both).",
        DefaultValueFactory = _ => "hybrid",
    };

    private readonly Option<int> _limit = new("--limit", "-n")
    {
        Description = "Most passages to show.",
        DefaultValueFactory = _ => 10,
        HelpName = "count",
    };

    private readonly Option<double> _alpha = new("--alpha")
    {
        Description = "Weight of the vectors in hybrid mode, 0 to 1.",
        DefaultValueFactory = _ => new RetrieverOptions().Alpha,
        HelpName = "weight",
    };

    private readonly EngineOptions _engine;

    public SearchCommand()
        : base("search", "Search the documents of a folder.",
            "cairn search samples/handbook \"low-rank adaptation\"",
            "cairn search samples/handbook \"why is decoding slow\" --mode vector --limit 5 --json")
    {
        _folder = new FolderArguments(this);
        Arguments.Add(_query);
        _mode.AcceptOnlyFromAmong("keyword", "vector", "hybrid");
        Options.Add(_mode);
        Options.Add(_limit);
        Options.Add(_alpha);
        _engine = new EngineOptions(this, "The embedding model (default: all-minilm-l6-v2).");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var options = ReadOptions(arguments);
        using var models = new LocalModels();
        using var knowledge = await KnowledgeFolder.OpenAsync(
            _folder.Folder(arguments), _folder.IndexPath(arguments), models, _engine.Read(arguments), cancellationToken).ConfigureAwait(false);
        var (_, indexTime) = await knowledge.SyncAsync(console, cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var hits = await new Retriever(knowledge.Index, knowledge.Embeddings, options)
            .SearchAsync(arguments.GetValue(_query)!, cancellationToken).ConfigureAwait(false);
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["results"] = new JsonArray([.. hits.Select(hit => (JsonNode)ToJson(hit))]),
                ["timings"] = new JsonObject
                {
                    ["index_seconds"] = Math.Round(indexTime.TotalSeconds, 4),
                    ["search_seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 4),
                },
            });
            return ExitCode.Success;
        }

        if (hits.Count == 0) await console.Error.WriteLineAsync("Nothing was found.").ConfigureAwait(false);
        for (var i = 0; i < hits.Count; i++) await WriteAsync(console.Out, i + 1, hits[i]).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private RetrieverOptions ReadOptions(ParseResult arguments)
    {
        var (limit, alpha) = (arguments.GetValue(_limit), arguments.GetValue(_alpha));
        if (limit is < 1 or > 1000) throw new CliException($"--limit is {limit}; expected 1 to 1000.", ExitCode.Usage);
        if (alpha is not (>= 0 and <= 1)) throw new CliException($"--alpha is {alpha}; expected 0 to 1.", ExitCode.Usage);
        return new RetrieverOptions
        {
            Mode = Enum.Parse<SearchMode>(arguments.GetValue(_mode)!, ignoreCase: true),
            Limit = limit,
            Alpha = alpha,
        };
    }

    private static async Task WriteAsync(TextWriter output, int rank, RankedChunk hit)
    {
        var chunk = hit.Chunk.Chunk;
        var page = chunk.PageFirst is { } first ? $", page {first}" : "";
        var heading = chunk.HeadingPath.Length > 0 ? $"  {chunk.HeadingPath}" : "";
        var text = string.Join(' ', chunk.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        await output.WriteLineAsync($"{rank,2}. {hit.Score:F3}  {hit.Chunk.Source}{page}{heading}").ConfigureAwait(false);
        await output.WriteLineAsync($"    {(text.Length > ShownCharacters ? text[..ShownCharacters] + "…" : text)}").ConfigureAwait(false);
    }

    private static JsonObject ToJson(RankedChunk hit) => new()
    {
        ["source"] = hit.Chunk.Source,
        ["page"] = hit.Chunk.Chunk.PageFirst,
        ["start"] = hit.Chunk.Chunk.Start,
        ["end"] = hit.Chunk.Chunk.End,
        ["heading"] = hit.Chunk.Chunk.HeadingPath,
        ["score"] = hit.Score,
        ["keyword_score"] = hit.KeywordScore,
        ["vector_score"] = hit.VectorScore,
        ["text"] = hit.Chunk.Chunk.Text,
    };
}
