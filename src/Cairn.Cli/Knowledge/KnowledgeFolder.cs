using System.Diagnostics;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Inference;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;

namespace Cairn.Cli.Knowledge;

/// <summary>A folder of documents with its index and the model that embeds for it.</summary>
internal sealed class KnowledgeFolder : IDisposable
{
    private const int RevisionDigits = 16;

    private readonly string _folder;
    private readonly EmbeddingModel _model;

    private KnowledgeFolder(string folder, EmbeddingModel model, DocumentIndex index)
    {
        _folder = folder;
        _model = model;
        Index = index;
        Embeddings = new LocalEmbeddingGenerator(model);
    }

    /// <summary>The index.</summary>
    public DocumentIndex Index { get; }

    /// <summary>Embeds documents and questions.</summary>
    public LocalEmbeddingGenerator Embeddings { get; }

    /// <summary>Opens the index of a folder; makes an empty one the first time.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="indexPath">The index file.</param>
    /// <param name="models">Opens the embedding model.</param>
    /// <param name="options">Which embedding model.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="CliException">There is no such folder.</exception>
    public static async Task<KnowledgeFolder> OpenAsync(
        string folder, string indexPath, LocalModels models, LocalModelOptions options, CancellationToken cancellationToken)
    {
        if (File.Exists(folder)) throw new CliException($"'{folder}' is a file; name the folder that holds it.", ExitCode.Usage);
        if (!Directory.Exists(folder)) throw new CliException($"There is no folder '{folder}'.", ExitCode.NotFound);

        var model = models.GetEmbeddingModel(options);
        var space = await SpaceOfAsync(model, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(Path.GetDirectoryName(indexPath)!);
        return new KnowledgeFolder(folder, model, DocumentIndex.Open(indexPath, space));
    }

    /// <summary>The space of a local model's vectors: the hash of its bytes is its revision.</summary>
    public static async Task<EmbeddingSpace> SpaceOfAsync(EmbeddingModel model, CancellationToken cancellationToken)
    {
        var stored = await ModelStore.CreateDefault().Resolve(model.Path).WithSha256Async(cancellationToken).ConfigureAwait(false);
        var revision = stored.Sha256?[..RevisionDigits] ?? $"{stored.SizeInBytes}-{Directory.GetLastWriteTimeUtc(model.Path).Ticks}";
        var pooling = model.Pooling.ToString().ToLowerInvariant();
        return new EmbeddingSpace(model.Name, revision, model.Dimensions, pooling, Prefix: "");
    }

    /// <summary>Brings the index up to date with the folder, with progress on standard error.</summary>
    public async Task<(IngestionReceipt Receipt, TimeSpan Elapsed)> SyncAsync(CliConsole console, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var counter = new LocalTokenCounter(_model.Tokenizer, _model.MaxTokens);
        using var line = new ProgressLine(console, "indexing");
        var receipt = await Index.SyncAsync(
            _folder, Embeddings, new Chunker(counter), new SyncProgress(line), cancellationToken).ConfigureAwait(false);
        line.Clear();
        return (receipt, clock.Elapsed);
    }

    /// <inheritdoc />
    public void Dispose() => Index.Dispose();

    private sealed class SyncProgress(ProgressLine line) : IProgress<IngestionProgress>
    {
        public void Report(IngestionProgress value) =>
            line.Report(value.FilesTotal == 0 ? 0 : (double)value.FilesDone / value.FilesTotal, value.Source ?? "");
    }
}
