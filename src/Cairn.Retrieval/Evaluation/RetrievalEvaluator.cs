using System.Diagnostics;
using Cairn.Abstractions;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Reading;
using Cairn.Retrieval.Search;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Evaluation;

/// <summary>Measures how well the index finds what it should, on a set with judgments.</summary>
/// <remarks>
/// The documents go through the same index and the same search as a folder of the user's. Each is one passage, its title
/// and text apart by a space; the embedder reads as much of it as it can, the keyword index all of it. Metrics are those
/// of <see cref="RankingMetrics"/>.
/// </remarks>
public sealed class RetrievalEvaluator
{
    private const int RecallDepth = 100;
    private const int ReportEvery = 25;

    private readonly IEmbeddingGenerator<string, Embedding<float>> _embeddings;
    private readonly EmbeddingSpace _space;

    /// <summary>An evaluator.</summary>
    /// <param name="embeddings">Embeds documents and queries; stays the caller's to dispose.</param>
    /// <param name="space">The space of its vectors.</param>
    public RetrievalEvaluator(IEmbeddingGenerator<string, Embedding<float>> embeddings, EmbeddingSpace space)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(space);
        _embeddings = embeddings;
        _space = space;
    }

    /// <summary>Indexes a set and scores the ways to search it.</summary>
    /// <param name="setFolder">Folder of the set (see <see cref="RetrievalSet.Load"/>).</param>
    /// <param name="options">Settings; defaults when null.</param>
    /// <param name="progress">Told how far it is; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">The set is damaged, or no query of the split has a relevant document.</exception>
    public async Task<RetrievalEvaluation> EvaluateAsync(
        string setFolder,
        RetrievalEvaluatorOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new RetrievalEvaluatorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Depth, RecallDepth, nameof(options));
        var set = RetrievalSet.Load(setFolder);
        var queries = Scored(set, options.Split);
        var work = options.WorkFolder ?? Directory.CreateTempSubdirectory("cairn-eval-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            using var index = await IndexAsync(set, Path.Combine(work, set.Name), progress, cancellationToken).ConfigureAwait(false);
            var indexTime = watch.Elapsed;
            var scores = new List<RetrievalScores>();
            foreach (var mode in options.Modes)
            {
                scores.Add(await ScoreAsync(index, set, queries, mode, options, progress, cancellationToken).ConfigureAwait(false));
            }

            return new RetrievalEvaluation(set.Name, set.Documents.Count, queries.Count, options.Split, indexTime, scores);
        }
        finally
        {
            if (options.WorkFolder is null)
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static List<RetrievalSetQuery> Scored(RetrievalSet set, string split)
    {
        var queries = set.Queries
            .Where(query => split.Length == 0 || query.Split == split)
            .Where(query => set.Grades.TryGetValue(query.Id, out var grades) && grades.Values.Any(grade => grade >= 1))
            .ToList();
        if (queries.Count == 0)
        {
            var splits = string.Join(", ", set.Queries.Select(query => query.Split).Distinct());
            throw new InvalidDataException($"Set '{set.Name}' has no query with a relevant document in split '{split}'; its splits: {splits}.");
        }

        return queries;
    }

    private async Task<DocumentIndex> IndexAsync(
        RetrievalSet set, string folder, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var documents = Path.Combine(folder, "documents");
        Directory.CreateDirectory(documents);
        for (var i = 0; i < set.Documents.Count; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(documents, FileName(i)), set.Documents[i].Content, cancellationToken).ConfigureAwait(false);
        }

        var index = DocumentIndex.Open(
            Path.Combine(folder, "index.db"), _space, new IndexOptions { Readers = new DocumentReaders([new WholeTextReader()]) });
        try
        {
            var relay = progress is null ? null : new Relay(progress, set.Documents.Count);
            await index.SyncAsync(documents, _embeddings, WholeTextChunker(), relay, cancellationToken).ConfigureAwait(false);
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private async Task<RetrievalScores> ScoreAsync(
        DocumentIndex index,
        RetrievalSet set,
        List<RetrievalSetQuery> queries,
        SearchMode mode,
        RetrievalEvaluatorOptions options,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var retriever = new Retriever(index, _embeddings, new RetrieverOptions
        {
            Mode = mode, Alpha = options.Alpha, Depth = options.Depth, Limit = RecallDepth, CollapseDuplicates = false,
        });
        var name = mode.ToString().ToLowerInvariant();
        var (ndcg, recall10, recall100, mrr) = (0.0, 0.0, 0.0, 0.0);
        var times = new List<double>(queries.Count);
        for (var i = 0; i < queries.Count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var ranked = await retriever.SearchAsync(queries[i].Text, cancellationToken).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);

            var ids = ranked.Select(hit => set.Documents[DocumentNumber(hit.Chunk.Source)].Id).ToList();
            var grades = set.Grades[queries[i].Id];
            ndcg += RankingMetrics.Ndcg(ids, grades, 10);
            recall10 += RankingMetrics.Recall(ids, grades, 10);
            recall100 += RankingMetrics.Recall(ids, grades, RecallDepth);
            mrr += RankingMetrics.ReciprocalRank(ids, grades, 10);
            if ((i + 1) % ReportEvery == 0 || i + 1 == queries.Count)
            {
                progress?.Report(new EvaluationProgress(name, i + 1, queries.Count));
            }
        }

        times.Sort();
        var n = queries.Count;
        return new RetrievalScores(name, ndcg / n, recall10 / n, recall100 / n, mrr / n, times[n / 2]);
    }

    private static string FileName(int number) => $"{number:D8}{WholeTextReader.Extension}";

    private static int DocumentNumber(string source) => int.Parse(Path.GetFileNameWithoutExtension(source), System.Globalization.CultureInfo.InvariantCulture);

    private static Chunker WholeTextChunker() =>
        new(new UnitCounter(), new ChunkerOptions { TargetTokens = UnitCounter.Most - 2, MaxTokens = UnitCounter.Most - 2, MinTokens = 0 });

    /// <summary>A document is one paragraph, whatever marks its text has.</summary>
    private sealed class WholeTextReader : IDocumentReader
    {
        public const string Extension = ".document";

        public string Version => "whole-text/1";

        public bool CanRead(string path) => path.EndsWith(Extension, StringComparison.Ordinal);

        public Document Read(Stream content, string path, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(content);
            var text = reader.ReadToEnd();
            return new Document(path, "", text, [], text.Length == 0 ? [] : [new DocumentBlock(DocumentBlockKind.Paragraph, 0, 0, text.Length)]);
        }
    }

    /// <summary>Counts every text as one token, so that the chunker never cuts.</summary>
    private sealed class UnitCounter : ITokenCounter
    {
        public const int Most = 1 << 20;

        public int MaxTokens => Most;

        public string Fingerprint => "whole text";

        public int Count(ReadOnlySpan<char> text) => 1;
    }

    private sealed class Relay(IProgress<EvaluationProgress> target, int total) : IProgress<IngestionProgress>
    {
        public void Report(IngestionProgress value) => target.Report(new EvaluationProgress("indexing", value.FilesDone, total));
    }
}
