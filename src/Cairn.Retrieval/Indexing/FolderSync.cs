using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Reading;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Indexing;

/// <summary>One sync of an index with its folder.</summary>
/// <remarks>
/// Files are handled in batches, each committed in one transaction with texts, keywords and vectors, so that the index
/// is valid and consistent whenever the process is killed, and the next sync does only what is missing.
/// </remarks>
internal sealed class FolderSync(
    SqliteConnection connection,
    string indexPath,
    EmbeddingSpace space,
    IndexOptions options,
    IEmbeddingGenerator<string, Embedding<float>> embedder,
    Chunker chunker,
    IProgress<IngestionProgress>? progress)
{
    private const int CommitFiles = 64;
    private const string NoReader = "none/1";

    private readonly Dictionary<string, LedgerEntry> _ledger = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _movable = [];
    private readonly List<PendingFile> _batch = [];
    private readonly List<LedgerEntry> _touched = [];
    private readonly List<FileReceipt> _receipts = [];
    private readonly string _chunking = chunker.Fingerprint;
    private long _spaceId;
    private long _now;
    private ChunkEmbedder _embedding = null!;
    private IndexWriter _writer = null!;
    private int _filesTotal;
    private int _filesDone;

    public async Task<IngestionReceipt> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var started = options.TimeProvider.GetUtcNow();
        var watch = Stopwatch.StartNew();
        _now = started.UtcTicks;
        Report(IngestionStage.Scanning, null);
        var files = new FolderWalker(options.SkippedFolders).Walk(folder, cancellationToken);
        _filesTotal = files.Count;
        Begin(folder);
        var gone = ReadLedger(files);

        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TakeAsync(file, gone, cancellationToken).ConfigureAwait(false);
        }

        await CommitAsync(cancellationToken).ConfigureAwait(false);
        Remove(gone);
        await CompleteVectorsAsync(cancellationToken).ConfigureAwait(false);
        _receipts.Sort((a, b) => string.CompareOrdinal(a.Source, b.Source));
        var receipt = new IngestionReceipt(folder, started, watch.Elapsed, _receipts, _embedding.Count);
        Finish(receipt);
        Report(IngestionStage.Done, null);
        return receipt;
    }

    private void Begin(string folder)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var known = Setting.Get(connection, Setting.Folder);
        if (known is not null && known != folder)
        {
            throw new IndexException(
                IndexError.OtherFolder, indexPath,
                $"The index '{indexPath}' belongs to the folder '{known}', not to '{folder}'. Name another index file.");
        }

        Setting.Set(connection, Setting.Folder, folder);
        _spaceId = SpaceTable.FindOrAdd(connection, space);
        transaction.Commit();
        _writer = new IndexWriter(connection, _spaceId);
        _embedding = new ChunkEmbedder(connection, _spaceId, space, embedder, options.EmbeddingBatchSize);
    }

    /// <summary>Reads the ledger and returns what it knows but the folder no longer has.</summary>
    private HashSet<string> ReadLedger(List<FolderEntry> files)
    {
        var entries = connection.Query(
            "SELECT source, size, modified, sha256, pipeline, checked, error, detail, pages, chunks FROM file",
            row => new LedgerEntry(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetBytes(3), row.GetString(4), row.GetInt64(5),
                (DocumentReadError?)row.GetOptionalInt32(6), row.GetString(7), row.GetInt32(8), row.GetInt32(9)));
        var present = files.Select(file => file.Source).ToHashSet(StringComparer.Ordinal);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            _ledger[entry.Source] = entry;
            if (!present.Contains(entry.Source))
            {
                gone.Add(entry.Source);
                if (entry.Sha256.Length > 0)
                {
                    _movable[MoveKey(entry.Sha256, entry.Source, entry.Pipeline)] = entry.Source;
                }
            }
        }

        return gone;
    }

    private async Task TakeAsync(FolderEntry file, HashSet<string> gone, CancellationToken cancellationToken)
    {
        var reader = options.Readers.Find(file.Source);
        var pipeline = reader is null ? NoReader : $"{reader.Version} {_chunking}";
        var known = _ledger.GetValueOrDefault(file.Source);
        if (known is not null && known.Error is not DocumentReadError.Denied && known.IsUnchanged(file, pipeline))
        {
            Done(known.ToReceipt(FileOutcome.Unchanged));
            return;
        }

        if (file.Error is { } error)
        {
            await RefuseAsync(file, [], pipeline, error, file.Detail, cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] hash = [];
        try
        {
            var content = Load(file, reader);
            hash = SHA256.HashData(content);
            if (known is not null && known.Pipeline == pipeline && known.Sha256.AsSpan().SequenceEqual(hash))
            {
                Touch(known, file);
                return;
            }

            if (known is null && _movable.Remove(MoveKey(hash, file.Source, pipeline), out var from) && gone.Remove(from))
            {
                Move(from, file);
                return;
            }

            Report(IngestionStage.Reading, file.Source);
            var document = await options.Readers.ReadAsync(content, file.Source, cancellationToken).ConfigureAwait(false);
            var chunks = chunker.Split(document, cancellationToken);
            var entry = new LedgerEntry(
                file.Source, file.Size, file.Modified, hash, pipeline, _now, null, string.Join(' ', document.Notes),
                document.Pages.Count, chunks.Count);
            await QueueAsync(
                new PendingFile(entry, document, Match(file.Source, chunks), known is null ? FileOutcome.Added : FileOutcome.Updated),
                cancellationToken).ConfigureAwait(false);
        }
        catch (DocumentReadException refusal)
        {
            await RefuseAsync(file, hash, pipeline, refusal.Error, refusal.Message, cancellationToken).ConfigureAwait(false);
        }
    }

    private byte[] Load(FolderEntry file, IDocumentReader? reader)
    {
        if (reader is null)
        {
            throw DocumentReaders.Unsupported(file.Source);
        }

        options.Readers.CheckSize(file.Size);
        try
        {
            using var stream = new FileStream(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return StreamBytes.ReadAll(stream, options.Readers.Limits.MaxFileBytes);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new DocumentReadException(DocumentReadError.Denied, $"The file cannot be opened: {error.Message}", error);
        }
    }

    private Task RefuseAsync(
        FolderEntry file, byte[] hash, string pipeline, DocumentReadError error, string detail, CancellationToken cancellationToken)
    {
        var entry = new LedgerEntry(file.Source, file.Size, file.Modified, hash, pipeline, _now, error, detail, 0, 0);
        return QueueAsync(new PendingFile(entry, null, [], FileOutcome.Failed), cancellationToken);
    }

    /// <summary>Same content, other time: the ledger remembers it with the last commit.</summary>
    private void Touch(LedgerEntry known, FolderEntry file)
    {
        _touched.Add(known with { Size = file.Size, Modified = file.Modified, Checked = _now });
        Done(known.ToReceipt(FileOutcome.Unchanged));
    }

    private void Move(string from, FolderEntry file)
    {
        var moved = _ledger[from] with { Source = file.Source, Size = file.Size, Modified = file.Modified, Checked = _now };
        using var transaction = connection.BeginTransaction(deferred: false);
        _writer.Rename(from, moved);
        transaction.Commit();
        Done(moved.ToReceipt(FileOutcome.Renamed));
    }

    /// <summary>Finds the chunks of a file that the index holds already.</summary>
    private List<PendingChunk> Match(string source, IReadOnlyList<Chunk> chunks)
    {
        var stored = connection
            .Query(
                """
                SELECT c.sha256, c.id FROM chunk c JOIN document d ON d.id = c.document
                JOIN vector v ON v.chunk = c.id AND v.space = $2 WHERE d.source = $1 ORDER BY c.ordinal
                """,
                row => (Hash: Convert.ToHexString(row.GetBytes(0)), Id: row.GetInt64(1)), source, _spaceId)
            .GroupBy(row => row.Hash).ToDictionary(group => group.Key, group => new Queue<long>(group.Select(row => row.Id)));
        var pending = new List<PendingChunk>(chunks.Count);
        foreach (var chunk in chunks)
        {
            var hash = ChunkHash.Of(chunk.HeadingPath, chunk.Text);
            var id = stored.TryGetValue(Convert.ToHexString(hash), out var ids) && ids.TryDequeue(out var first) ? first : (long?)null;
            pending.Add(new PendingChunk(chunk, hash) { Id = id });
        }

        return pending;
    }

    private async Task QueueAsync(PendingFile file, CancellationToken cancellationToken)
    {
        _batch.Add(file);
        if (_batch.Count >= CommitFiles || _batch.Sum(pending => pending.Chunks.Count(chunk => !chunk.IsComplete)) >= options.CommitChunks)
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        try
        {
            await _embedding.EmbedAsync(
                _batch.SelectMany(file => file.Chunks), () => Report(IngestionStage.Embedding, _batch[0].Entry.Source), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _batch.RemoveAll(file => !file.IsComplete);
            Write();
            throw;
        }

        Write();
    }

    private void Write()
    {
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            foreach (var file in _batch)
            {
                _writer.Write(file);
            }

            Setting.AdvanceGeneration(connection);
            transaction.Commit();
        }

        foreach (var file in _batch)
        {
            Done(file.Entry.ToReceipt(file.Outcome));
        }

        _batch.Clear();
    }

    private void Remove(HashSet<string> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var source in gone)
        {
            _writer.Remove(source);
            _receipts.Add(new FileReceipt(source, FileOutcome.Removed, 0, 0, null, ""));
        }

        Setting.AdvanceGeneration(connection);
        transaction.Commit();
    }

    /// <summary>Embeds what has no vector in this space: everything, when the space is new; then makes it the live one.</summary>
    private async Task CompleteVectorsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var missing = connection.Query(
                """
                SELECT id, heading, text, sha256 FROM chunk
                WHERE NOT EXISTS (SELECT 1 FROM vector v WHERE v.chunk = chunk.id AND v.space = $1) LIMIT $2
                """,
                row => (Id: row.GetInt64(0), Chunk: new PendingChunk(
                    new Chunk(0, 0, 0, null, null, row.GetString(1), row.GetString(2), 0), row.GetBytes(3))),
                _spaceId, Math.Max(1, options.CommitChunks));
            if (missing.Count == 0)
            {
                break;
            }

            await _embedding.EmbedAsync(
                missing.Select(row => row.Chunk), () => Report(IngestionStage.Embedding, null), cancellationToken).ConfigureAwait(false);
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var (id, chunk) in missing)
            {
                _writer.AddVector(id, chunk.Vector!);
            }

            Setting.AdvanceGeneration(connection);
            transaction.Commit();
        }
    }

    private void Finish(IngestionReceipt receipt)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (SpaceTable.Live(connection)?.Id != _spaceId)
        {
            SpaceTable.MakeLive(connection, _spaceId);
            Setting.AdvanceGeneration(connection);
        }

        foreach (var entry in _touched)
        {
            _writer.Write(entry);
        }

        VectorTable.PackWhenWorthwhile(connection, _spaceId, space.Dimensions);
        Setting.Set(
            connection, Setting.LastSync, (receipt.Started + receipt.Duration).ToString("O", CultureInfo.InvariantCulture));
        Setting.Set(
            connection, Setting.LastReceipt, JsonSerializer.Serialize(receipt, ReceiptJson.Default.IngestionReceipt));
        transaction.Commit();
    }

    private void Done(FileReceipt receipt)
    {
        _receipts.Add(receipt);
        _filesDone++;
        Report(IngestionStage.Reading, null);
    }

    private void Report(IngestionStage stage, string? source) =>
        progress?.Report(new IngestionProgress(stage, _filesDone, _filesTotal, _embedding?.Count ?? 0, source));

    private static string MoveKey(byte[] hash, string source, string pipeline) =>
        $"{Convert.ToHexString(hash)} {Path.GetExtension(source).ToUpperInvariant()} {pipeline}";
}
