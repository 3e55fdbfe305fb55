using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Reading;
using Xunit;

namespace Cairn.Retrieval.Tests.Indexing;

public sealed class FolderSyncTests
{
    private static readonly CancellationToken Never = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sync_new_files_makes_them_searchable()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.md", "# Adapters\n\nLow rank adapters train few weights.");
        fixture.Write("sub/b.txt", "Beam search keeps several hypotheses.");

        var receipt = await fixture.SyncAsync(Never);

        Assert.Equal(["a.md", "sub/b.txt"], receipt.Files.Select(file => file.Source));
        Assert.Equal(2, receipt.Count(FileOutcome.Added));
        var hit = Assert.Single(fixture.Index.SearchKeywords("adapter", 5));
        var chunk = Assert.Single(fixture.Index.GetChunks([hit.ChunkId]));
        Assert.Equal(("a.md", "Adapters"), (chunk.Source, chunk.Chunk.HeadingPath));
        Assert.True(hit.Score > 0);
        Assert.Equal(chunk.Chunk.Text, fixture.Index.GetDocumentText(chunk.DocumentId)[chunk.Chunk.Start..chunk.Chunk.End]);
        var nearest = fixture.Index.SearchVectors(fixture.Embedder.Embed("beam search hypotheses"), 1)[0];
        Assert.Equal("sub/b.txt", fixture.Index.GetChunks([nearest.ChunkId])[0].Source);
        Assert.True(fixture.Index.Verify().IsSound);
    }

    [Fact]
    public async Task Sync_unchanged_folder_reads_nothing()
    {
        using var fixture = new IndexFixture();
        for (var i = 0; i < 20; i++)
        {
            fixture.Write($"{i}.md", $"# Page {i}\n\nText number {i}.");
        }

        await fixture.SyncAsync(Never);
        var receipt = await fixture.SyncAsync(Never);

        Assert.Equal(20, receipt.Count(FileOutcome.Unchanged));
        Assert.Equal(0, receipt.ChunksEmbedded);
    }

    [Fact]
    public async Task Sync_changed_file_embeds_only_its_new_chunks()
    {
        using var fixture = new IndexFixture();
        static string Section(int i) => $"# Section {i}\n\n" + string.Concat(Enumerable.Repeat($"word{i} and more words here. ", 30)) + "\n\n";
        fixture.Write("a.md", Section(1) + Section(2) + Section(3));
        await fixture.SyncAsync(Never);
        var before = fixture.Index.GetDocumentChunks(fixture.Index.GetDocuments()[0].Id);

        fixture.Write("a.md", Section(0) + Section(1) + Section(3), ageInMinutes: 5);
        var receipt = await fixture.SyncAsync(Never);

        var after = fixture.Index.GetDocumentChunks(fixture.Index.GetDocuments()[0].Id);
        Assert.Equal(1, receipt.Count(FileOutcome.Updated));
        Assert.Equal(3, before.Count);
        Assert.Equal(1, receipt.ChunksEmbedded);
        Assert.Equal([before[0].Id, before[2].Id], after.Skip(1).Select(chunk => chunk.Id));
        Assert.Empty(fixture.Index.SearchKeywords("word2", 5));
        Assert.True(fixture.Index.Verify().IsSound);
    }

    [Fact]
    public async Task Sync_renamed_file_keeps_chunks_and_vectors()
    {
        using var fixture = new IndexFixture();
        var path = fixture.Write("old name.txt", "A text that moves.");
        await fixture.SyncAsync(Never);
        var before = fixture.Index.SearchKeywords("moves", 1)[0].ChunkId;

        File.Move(path, Path.Combine(fixture.Folder, "new name.txt"));
        var receipt = await fixture.SyncAsync(Never);

        Assert.Equal([new FileReceipt("new name.txt", FileOutcome.Renamed, 1, 0, null, "")], receipt.Files);
        Assert.Equal(0, receipt.ChunksEmbedded);
        var chunk = fixture.Index.GetChunks([before])[0];
        Assert.Equal(("new name.txt", "new name"), (chunk.Source, chunk.Title));
    }

    [Fact]
    public async Task Sync_deleted_file_removes_all_of_it()
    {
        using var fixture = new IndexFixture();
        var path = fixture.Write("a.txt", "Words that go away.");
        fixture.Write("b.txt", "Words that stay.");
        await fixture.SyncAsync(Never);

        File.Delete(path);
        var receipt = await fixture.SyncAsync(Never);

        Assert.Equal(FileOutcome.Removed, receipt.Files.Single(file => file.Source == "a.txt").Outcome);
        Assert.Empty(fixture.Index.SearchKeywords("away", 5));
        Assert.Single(fixture.Index.SearchVectors(fixture.Embedder.Embed("words"), 5));
        var report = fixture.Index.Verify();
        Assert.Empty(report.Problems);
        Assert.Equal((1, 1, 1), (report.Documents, report.Chunks, report.Vectors));
    }

    [Fact]
    public async Task Sync_bad_files_reports_each_and_goes_on()
    {
        using var fixture = new IndexFixture();
        fixture.Write("empty.txt", "");
        fixture.Write("blank.txt", " \n\n ");
        fixture.Write("picture.png", "not read");
        File.WriteAllBytes(Path.Combine(fixture.Folder, "binary.txt"), [.. Enumerable.Range(0, 2000).Select(i => (byte)(i * 7))]);
        fixture.Write("good.txt", "Good words.");
        fixture.Write(".git/config", "hidden");
        fixture.Write("node_modules/x.js", "skipped");

        var receipt = await fixture.SyncAsync(Never);

        Assert.Equal(
            [
                ("binary.txt", DocumentReadError.Binary), ("blank.txt", DocumentReadError.Empty),
                ("empty.txt", DocumentReadError.Empty), ("good.txt", null), ("picture.png", DocumentReadError.Unsupported),
            ],
            receipt.Files.Select(file => (file.Source, file.Error)));
        Assert.All(receipt.Files, file => Assert.Equal(file.Error is null, file.Detail.Length == 0));
        Assert.Equal(4, fixture.Index.Status().FailedFiles);
    }

    [Fact]
    public async Task Sync_file_that_turns_bad_loses_its_document()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Good words.");
        await fixture.SyncAsync(Never);

        fixture.Write("a.txt", "   ", ageInMinutes: 5);
        await fixture.SyncAsync(Never);

        Assert.Empty(fixture.Index.SearchKeywords("good", 5));
        Assert.True(fixture.Index.Verify().IsSound);
    }

    [Fact]
    public async Task Sync_cancelled_keeps_what_was_committed_and_goes_on()
    {
        using var fixture = new IndexFixture { Options = new IndexOptions { CommitChunks = 4, EmbeddingBatchSize = 2 } };
        for (var i = 0; i < 40; i++)
        {
            fixture.Write($"{i:00}.txt", $"Text number {i}.");
        }

        using var stop = new CancellationTokenSource();
        fixture.Embedder.BeforeBatch = () =>
        {
            if (fixture.Embedder.Texts >= 18)
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.SyncAsync(stop.Token));
        fixture.Embedder.BeforeBatch = null;

        var done = fixture.Index.Status().Documents;
        Assert.InRange(done, 16, 18);
        Assert.True(fixture.Index.Verify().IsSound);
        var receipt = await fixture.SyncAsync(Never);
        Assert.Equal((done, 40 - done), (receipt.Count(FileOutcome.Unchanged), receipt.Count(FileOutcome.Added)));
    }

    [Fact]
    public async Task Sync_with_another_space_builds_it_beside_and_swaps()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Words of the text.");
        await fixture.SyncAsync(Never);
        fixture.Close();

        var other = new EmbeddingSpace("words", "2", 32, "sum", "");
        using var index = DocumentIndex.Open(fixture.DbPath, other);
        var query = new SyncHost.WordEmbedder(32).Embed("words");
        var refusal = Assert.Throws<IndexException>(() => index.SearchVectors(query, 1));
        var receipt = await index.SyncAsync(
            fixture.Folder, new SyncHost.WordEmbedder(32), new Cairn.Retrieval.Chunking.Chunker(new SyncHost.WordCounter()), null, Never);

        Assert.Equal(IndexError.OtherSpace, refusal.Error);
        Assert.Equal(1, receipt.ChunksEmbedded);
        Assert.Single(index.SearchVectors(query, 1));
        Assert.Equal(other, index.Status().Space);
        Assert.Empty(index.Verify().Problems);
    }

    [Fact]
    public async Task Sync_links_are_listed_and_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making links needs a privilege on Windows");
        using var fixture = new IndexFixture();
        using var outside = new TemporaryFolder();
        outside.Write("secret.txt", "Outside words.");
        fixture.Write("a.txt", "Inside words.");
        File.CreateSymbolicLink(Path.Combine(fixture.Folder, "link.txt"), outside.File("secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(fixture.Folder, "loop"), fixture.Folder);

        var receipt = await fixture.SyncAsync(Never);

        Assert.Equal(["a.txt", "link.txt", "loop"], receipt.Files.Select(file => file.Source));
        Assert.Equal(2, receipt.Count(FileOutcome.Failed));
        Assert.Empty(fixture.Index.SearchKeywords("outside", 5));
    }

    [Fact]
    public async Task Sync_of_another_folder_is_refused()
    {
        using var fixture = new IndexFixture();
        using var other = new TemporaryFolder();
        fixture.Write("a.txt", "Words.");
        await fixture.SyncAsync(Never);

        var error = await Assert.ThrowsAsync<IndexException>(() => fixture.Index.SyncAsync(
            other.Path, fixture.Embedder, new Cairn.Retrieval.Chunking.Chunker(new SyncHost.WordCounter()), null, Never));

        Assert.Equal(IndexError.OtherFolder, error.Error);
    }
}
