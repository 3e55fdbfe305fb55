using System.Text.Json;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Reading;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Indexing;

/// <summary>
/// The index of one folder: texts, keywords and vectors in one SQLite file that is valid at every moment. Thread-safe;
/// several processes may read it at once, one writes.
/// </summary>
public sealed class DocumentIndex : IDisposable
{
    private const string ChunkColumns =
        "c.id, c.document, d.source, d.title, c.ordinal, c.start, c.\"end\", c.page_first, c.page_last, c.heading, c.text, c.tokens";

    private readonly Lock _lock = new();
    private readonly IndexDatabase _database;
    private readonly IndexOptions _options;
    private readonly SqliteConnection _connection;
    private VectorTable? _vectors;

    private DocumentIndex(IndexDatabase database, SqliteConnection connection, EmbeddingSpace? space, IndexOptions options)
    {
        _database = database;
        _connection = connection;
        _options = options;
        Space = space;
    }

    /// <summary>The index file.</summary>
    public string Path => _database.Path;

    /// <summary>The space whose vectors are searched and added; null for an index opened before its first sync.</summary>
    public EmbeddingSpace? Space { get; private set; }

    /// <summary>Opens an index, and makes an empty one when the file does not exist.</summary>
    /// <param name="dbPath">The SQLite file; see <see cref="IndexLocation"/> for the usual place.</param>
    /// <param name="space">
    /// Space of the vectors. When the file holds another one, <see cref="SearchVectors"/> refuses until a sync has built
    /// this one.
    /// </param>
    /// <param name="options">Readers, waiting times, batch sizes; null for the defaults.</param>
    /// <exception cref="IndexException">The file is locked, damaged, or not an index. It is left as it is.</exception>
    public static DocumentIndex Open(string dbPath, EmbeddingSpace space, IndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dbPath);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(space.Dimensions, nameof(space));
        options ??= new IndexOptions();
        var database = new IndexDatabase(System.IO.Path.GetFullPath(dbPath), options.BusyTimeout);
        return new DocumentIndex(database, database.Connect(create: true), space, options);
    }

    /// <summary>Opens an index that exists, with the space that it was built in: for status, checks and keyword search.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IndexException">The file is locked, damaged, or not an index. It is left as it is.</exception>
    public static DocumentIndex OpenExisting(string dbPath, IndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dbPath);
        options ??= new IndexOptions();
        var database = new IndexDatabase(System.IO.Path.GetFullPath(dbPath), options.BusyTimeout);
        var connection = database.Connect(create: false);
        return new DocumentIndex(database, connection, SpaceTable.Live(connection)?.Space, options);
    }

    /// <summary>Makes the index equal to a folder: adds, updates, renames and removes what has changed since.</summary>
    /// <param name="folder">The folder; an index belongs to the first one that it is synced with.</param>
    /// <param name="embedder">Embeds new chunks; must be of the index's space.</param>
    /// <param name="chunker">Cuts documents; other sizes than last time cut them again and keep what is equal.</param>
    /// <param name="progress">Called as the work goes on, from a worker thread; may be null.</param>
    /// <param name="cancellationToken">Stops after the work in hand; what was committed stays, the next sync goes on.</param>
    /// <returns>One line for every file; a file that cannot be read is a line with its reason and stops nothing.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IndexException">Another process syncs this index, or it belongs to another folder.</exception>
    public async Task<IngestionReceipt> SyncAsync(
        string folder,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        Chunker chunker,
        IProgress<IngestionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(chunker);
        var space = Space ?? throw new InvalidOperationException("The index was opened without an embedding space; use Open.");

        // SQLite works synchronously: never on the caller's thread.
        return await Task.Run(
            async () =>
            {
                try
                {
                    using var turn = SyncLock.Acquire(Path);
                    using var connection = _database.Connect(create: true);
                    var sync = new FolderSync(connection, Path, space, _options, embedder, chunker, progress);
                    return await sync.RunAsync(IndexLocation.Normalize(folder), cancellationToken).ConfigureAwait(false);
                }
                catch (SqliteException error)
                {
                    throw _database.Explain(error);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Chunks that share words with a question, by BM25.</summary>
    /// <param name="query">Any text; nothing in it is read as query syntax.</param>
    /// <param name="limit">Most hits, 1 or more.</param>
    /// <returns>Best first; empty when the question has no word or none occurs.</returns>
    /// <remarks>
    /// English stop words are dropped, and from <see cref="IndexOptions.CommonTermChunks"/> on words that stand in more
    /// than a tenth of the chunks, unless nothing is left. A word that the question repeats weighs as often. Text and
    /// headings weigh alike.
    /// </remarks>
    public IReadOnlyList<KeywordHit> SearchKeywords(string query, int limit)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return Read<IReadOnlyList<KeywordHit>>(connection => KeywordQuery.Build(connection, query, _options.CommonTermChunks) is { } match
            ? connection.Query(
                "SELECT rowid, -rank FROM chunk_fts WHERE chunk_fts MATCH $1 ORDER BY rank LIMIT $2",
                row => new KeywordHit(row.GetInt64(0), row.GetDouble(1)),
                match,
                limit)
            : []);
    }

    /// <summary>Chunks whose vectors have the largest dot product with a query.</summary>
    /// <param name="query">Vector of the index's space.</param>
    /// <param name="limit">Most hits, 1 or more.</param>
    /// <returns>Best first, with exact float32 products.</returns>
    /// <exception cref="ArgumentException">The vector has another length than the space.</exception>
    /// <exception cref="IndexException">The index holds vectors of another space.</exception>
    /// <remarks>
    /// All vectors are scanned as 8-bit codes; the best 4 · limit (64 at least) are ranked again by their exact
    /// products. A hit can be missed only when its 8-bit product falls behind that many others.
    /// </remarks>
    public IReadOnlyList<VectorHit> SearchVectors(ReadOnlySpan<float> query, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        if (Space is { } space && query.Length != space.Dimensions)
        {
            throw new ArgumentException($"The query has {query.Length} dimensions; the space {space} has {space.Dimensions}.", nameof(query));
        }

        var copy = query.ToArray();
        return Read<IReadOnlyList<VectorHit>>(connection => Vectors(connection)?.Search(connection, copy, limit) ?? []);
    }

    /// <summary>Chunks by their ids, in the order asked; ids that the index does not hold are left out.</summary>
    public IReadOnlyList<IndexedChunk> GetChunks(IEnumerable<long> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Read(connection =>
        {
            using var command = connection.Command(
                $"SELECT {ChunkColumns} FROM chunk c JOIN document d ON d.id = c.document WHERE c.id = $1", 0L);
            var chunks = new List<IndexedChunk>();
            foreach (var id in ids)
            {
                command.Parameters[0].Value = id;
                using var reader = command.ExecuteReader();
                if (reader.Read())
                {
                    chunks.Add(ToChunk(reader));
                }
            }

            return chunks;
        });
    }

    /// <summary>Chunks of a document in order.</summary>
    public IReadOnlyList<IndexedChunk> GetDocumentChunks(long documentId) => Read(connection => connection.Query(
        $"SELECT {ChunkColumns} FROM chunk c JOIN document d ON d.id = c.document WHERE c.document = $1 ORDER BY c.ordinal",
        ToChunk, documentId));

    /// <summary>Exact vectors of chunks, in the order asked; null for a chunk without one.</summary>
    public IReadOnlyList<float[]?> GetVectors(IEnumerable<long> chunkIds)
    {
        ArgumentNullException.ThrowIfNull(chunkIds);
        return Read(connection =>
        {
            var space = LiveSpace(connection);
            using var command = connection.Command("SELECT value FROM vector WHERE chunk = $1 AND space = $2", 0L, space?.Id);
            return chunkIds.Select(id =>
            {
                command.Parameters[0].Value = id;
                return command.ExecuteScalar() is byte[] value ? VectorBytes.ToFloats(value) : null;
            }).ToList();
        });
    }

    /// <summary>Documents, ordered by path.</summary>
    public IReadOnlyList<IndexedDocument> GetDocuments() => Read(connection => connection
        .Query("SELECT id FROM document ORDER BY source", row => row.GetInt64(0))
        .Select(id => ReadDocument(connection, id)!).ToList());

    /// <summary>A document with its pages; null when the index does not hold it.</summary>
    public IndexedDocument? GetDocument(long documentId) => Read(connection => ReadDocument(connection, documentId));

    /// <summary>The whole text of a document, to which all its spans refer.</summary>
    /// <exception cref="KeyNotFoundException">The index does not hold the document.</exception>
    public string GetDocumentText(long documentId) => Read(connection =>
        connection.Scalar<string>("SELECT text FROM document WHERE id = $1", documentId)
        ?? throw new KeyNotFoundException($"The index '{Path}' has no document {documentId}; it may have been removed since."));

    /// <summary>Counts, sizes and the account of the last sync.</summary>
    public IndexStatus Status() => Read(connection =>
    {
        var live = SpaceTable.Live(connection);
        var receipt = Setting.Get(connection, Setting.LastReceipt);
        return new IndexStatus(
            Path,
            Setting.Get(connection, Setting.Folder),
            (int)connection.Scalar<long>("SELECT count(*) FROM document"),
            (int)connection.Scalar<long>("SELECT count(*) FROM file WHERE error IS NOT NULL"),
            (int)connection.Scalar<long>("SELECT count(*) FROM chunk"),
            (int)connection.Scalar<long>("SELECT count(*) FROM vector WHERE space = $1", live?.Id),
            connection.Scalar<long>("SELECT coalesce(sum(length), 0) FROM document"),
            FileLength(Path) + FileLength(Path + "-wal"),
            live?.Space,
            Setting.Get(connection, Setting.LastSync) is { } time
                ? DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)
                : null,
            receipt is null ? null : JsonSerializer.Deserialize(receipt, ReceiptJson.Default.IngestionReceipt));
    });

    /// <summary>Checks file, keyword index, chunks, vectors and hashes against each other.</summary>
    /// <param name="repair">
    /// Rebuild what can be rebuilt from what is sound: the keyword index, the packed vectors, and — by the next sync —
    /// documents whose chunks, texts or vectors are damaged.
    /// </param>
    /// <exception cref="IndexException">The index is locked, or so damaged that nothing can be read.</exception>
    public VerifyReport Verify(bool repair = false)
    {
        if (!repair)
        {
            return Read(connection => new IndexVerifier(connection).Run(repair: false));
        }

        using var turn = SyncLock.Acquire(Path);
        var report = Read(connection => new IndexVerifier(connection).Run(repair: true));
        lock (_lock)
        {
            _vectors = null;
        }

        return report;
    }

    /// <summary>Takes one document out, as if its file had gone; a sync brings it back while the file is there.</summary>
    /// <param name="source">Path relative to the folder.</param>
    /// <returns>Whether the index held it.</returns>
    public bool RemoveDocument(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        using var turn = SyncLock.Acquire(Path);
        return Read(connection =>
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            var removed = connection.Execute("DELETE FROM document WHERE source = $1", source)
                + connection.Execute("DELETE FROM file WHERE source = $1", source);
            Setting.AdvanceGeneration(connection);
            transaction.Commit();
            return removed > 0;
        });
    }

    /// <summary>Deletes an index file with its log. The folder that it describes is not touched.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IndexException">The file is not an index of Cairn, or another process syncs it.</exception>
    public static bool Remove(string dbPath, IndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dbPath);
        var path = System.IO.Path.GetFullPath(dbPath);
        if (!File.Exists(path))
        {
            return false;
        }

        var database = new IndexDatabase(path, (options ?? new IndexOptions()).BusyTimeout);
        using (var turn = SyncLock.Acquire(path))
        {
            try
            {
                database.Connect(create: false).Dispose();
            }
            catch (IndexException error) when (error.Error is IndexError.Corrupt or IndexError.Newer)
            {
                // Ours, though not readable: that is what it is removed for.
            }

            foreach (var suffix in (ReadOnlySpan<string>)["-wal", "-shm", ""])
            {
                File.Delete(path + suffix);
            }
        }

        File.Delete(SyncLock.PathFor(path));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    private static long FileLength(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static IndexedDocument? ReadDocument(SqliteConnection connection, long id)
    {
        var pages = connection.Query(
            "SELECT number, label, start, \"end\", kind FROM page WHERE document = $1 ORDER BY number",
            row => new DocumentPage(
                row.GetInt32(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), (DocumentPageKind)row.GetInt32(4)),
            id);
        return connection.Query(
            "SELECT id, source, title, length FROM document WHERE id = $1",
            row => new IndexedDocument(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), pages),
            id).FirstOrDefault();
    }

    private static IndexedChunk ToChunk(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetString(2),
        row.GetString(3),
        new Chunk(
            row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetOptionalInt32(7), row.GetOptionalInt32(8),
            row.GetString(9), row.GetString(10), row.GetInt32(11)));

    private (long Id, EmbeddingSpace Space)? LiveSpace(SqliteConnection connection)
    {
        var live = SpaceTable.Live(connection);
        if (live is not null && Space is not null && live.Value.Space != Space)
        {
            throw new IndexException(
                IndexError.OtherSpace, Path,
                $"The index '{Path}' holds vectors of {live.Value.Space}, the query is of {Space}. Sync the folder to build them.");
        }

        return live;
    }

    /// <summary>The vectors as the file has them now; loaded again only after a commit that touched vectors.</summary>
    private VectorTable? Vectors(SqliteConnection connection)
    {
        if (LiveSpace(connection) is not { } live)
        {
            return null;
        }

        if (_vectors is null || _vectors.Generation != VectorTable.CurrentGeneration(connection))
        {
            _vectors = VectorTable.Load(connection, live.Id, live.Space.Dimensions);
        }

        return _vectors;
    }

    private T Read<T>(Func<SqliteConnection, T> action)
    {
        lock (_lock)
        {
            return _database.Guard(() => action(_connection));
        }
    }
}
