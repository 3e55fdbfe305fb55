using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.SyncHost;

namespace Cairn.Retrieval.Tests.Indexing;

/// <summary>A folder, an index beside it, and an embedder that counts.</summary>
internal sealed class IndexFixture : IDisposable
{
    public static readonly EmbeddingSpace Space = new("words", "1", 48, "sum", "");

    private readonly TemporaryFolder _root = new();
    private DocumentIndex? _index;

    public IndexFixture() => Directory.CreateDirectory(Folder);

    public string Folder => _root.File("folder");

    public string DbPath => _root.File("index.db");

    public WordEmbedder Embedder { get; } = new();

    public IndexOptions Options { get; init; } = new();

    public DocumentIndex Index => _index ??= DocumentIndex.Open(DbPath, Space, Options);

    public string Write(string name, string text, int ageInMinutes = 10)
    {
        var path = _root.Write(Path.Combine("folder", name), text);
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-ageInMinutes));
        return path;
    }

    public Task<IngestionReceipt> SyncAsync(CancellationToken cancellationToken = default) =>
        Index.SyncAsync(Folder, Embedder, new Chunker(new WordCounter()), null, cancellationToken);

    public void Close()
    {
        _index?.Dispose();
        _index = null;
    }

    public void Dispose()
    {
        Close();
        _root.Dispose();
    }
}
