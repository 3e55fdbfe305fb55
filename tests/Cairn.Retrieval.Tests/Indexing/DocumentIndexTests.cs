using System.Diagnostics;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.SyncHost;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Cairn.Retrieval.Tests.Indexing;

public sealed class DocumentIndexTests(ITestOutputHelper output)
{
    private static readonly CancellationToken Never = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("C++ a-b what's NOT \"quoted\" (x) AND * : ^")]
    [InlineData("NEAR(a b)")]
    [InlineData("\"")]
    [InlineData("text:word")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("the of and")]
    [InlineData("😀 ¿ \u0301")]
    public async Task SearchKeywords_any_text_is_never_query_syntax(string query)
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Programs in C and what they quoted, the word of a day.");
        await fixture.SyncAsync(Never);

        var hits = fixture.Index.SearchKeywords(query, 5);

        Assert.InRange(hits.Count, 0, 1);
    }

    [Fact]
    public async Task SearchKeywords_ranks_larger_scores_first_and_counts_repeated_terms()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "apple apple pear and other things in a row");
        fixture.Write("b.txt", "pear pear apple and other things in a row");
        for (var i = 0; i < 8; i++)
        {
            fixture.Write($"c{i}.txt", $"nothing of the kind in number {i}");
        }

        await fixture.SyncAsync(Never);

        Assert.Equal(["a.txt", "b.txt"], Sources(fixture.Index.SearchKeywords("apple apple apple pear", 5)));
        Assert.Equal(["b.txt", "a.txt"], Sources(fixture.Index.SearchKeywords("pear apple pear pear", 5)));
        var hits = fixture.Index.SearchKeywords("pear apple pear pear", 5);
        Assert.True(hits[0].Score > hits[1].Score && hits[1].Score > 0);

        IEnumerable<string> Sources(IReadOnlyList<KeywordHit> found) =>
            fixture.Index.GetChunks(found.Select(hit => hit.ChunkId)).Select(chunk => chunk.Source);
    }

    [Fact]
    public async Task SearchKeywords_common_terms_are_dropped_unless_nothing_is_left()
    {
        using var fixture = new IndexFixture { Options = new IndexOptions { CommonTermChunks = 200 } };
        for (var i = 0; i < 250; i++)
        {
            fixture.Write($"{i}.txt", i == 7 ? "common zebra" : $"common text{i}");
        }

        await fixture.SyncAsync(Never);

        Assert.Single(fixture.Index.SearchKeywords("common zebras", 50));
        Assert.Equal(50, fixture.Index.SearchKeywords("common", 50).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SearchVectors_equals_the_exact_order(int seed)
    {
        using var fixture = new IndexFixture();
        var random = new Random(seed);
        for (var i = 0; i < 400; i++)
        {
            fixture.Write($"{i}.txt", string.Join(' ', Enumerable.Range(0, 12).Select(_ => $"w{random.Next(60)}")));
        }

        await fixture.SyncAsync(Never);
        var texts = fixture.Index.GetDocuments().SelectMany(document => fixture.Index.GetDocumentChunks(document.Id)).ToList();
        for (var round = 0; round < 20; round++)
        {
            var query = fixture.Embedder.Embed($"w{random.Next(60)} w{random.Next(60)} w{random.Next(60)}");
            var exact = texts.Select(chunk => (chunk.Id, Score: Dot(query, fixture.Embedder.Embed(chunk.Chunk.Text))))
                .OrderByDescending(pair => pair.Score).Take(10).ToList();

            var hits = fixture.Index.SearchVectors(query, 10);

            Assert.All(exact.Zip(hits), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
        }
    }

    [Fact]
    public async Task SearchVectors_of_the_wrong_length_is_refused()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Words.");
        await fixture.SyncAsync(Never);

        Assert.Throws<ArgumentException>(() => fixture.Index.SearchVectors(new float[3], 1));
    }

    [Fact]
    public async Task SearchVectors_sees_what_another_process_committed()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "First words.");
        await fixture.SyncAsync(Never);
        var query = fixture.Embedder.Embed("second");
        Assert.Single(fixture.Index.SearchVectors(query, 5));

        using (var other = DocumentIndex.Open(fixture.DbPath, IndexFixture.Space))
        {
            fixture.Write("b.txt", "Second words.");
            await other.SyncAsync(fixture.Folder, fixture.Embedder, new Cairn.Retrieval.Chunking.Chunker(new WordCounter()), null, Never);
        }

        Assert.Equal(2, fixture.Index.SearchVectors(query, 5).Count);
    }

    [Fact]
    public async Task Sync_of_a_thousand_unchanged_files_does_nothing()
    {
        using var fixture = new IndexFixture();
        for (var i = 0; i < 1000; i++)
        {
            fixture.Write($"{i % 10}/{i}.md", $"# Page {i}\n\nText number {i} with a few words.");
        }

        await fixture.SyncAsync(Never);
        var watch = Stopwatch.StartNew();
        var receipt = await fixture.SyncAsync(Never);

        // The time is reported; that nothing was embedded or read again is what holds on every machine.
        output.WriteLine($"{watch.ElapsedMilliseconds} ms");
        Assert.Equal(1000, receipt.Count(FileOutcome.Unchanged));
        Assert.Equal(0, receipt.ChunksEmbedded);
    }

    [Fact]
    public void Open_a_file_that_is_no_database_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("notes.db", new string('x', 5000));

        var error = Assert.Throws<IndexException>(() => DocumentIndex.Open(path, IndexFixture.Space));

        Assert.Equal(IndexError.Foreign, error.Error);
        Assert.Equal(new string('x', 5000), File.ReadAllText(path));
        Assert.Throws<IndexException>(() => DocumentIndex.Remove(path));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Open_a_database_of_another_program_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("other.db");
        Execute(path, "CREATE TABLE mine(x); INSERT INTO mine VALUES(1)");

        var error = Assert.Throws<IndexException>(() => DocumentIndex.Open(path, IndexFixture.Space));

        Assert.Equal(IndexError.Foreign, error.Error);
        Execute(path, "INSERT INTO mine VALUES(2)");
    }

    [Fact]
    public async Task Open_an_index_of_a_newer_format_is_refused()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Words.");
        await fixture.SyncAsync(Never);
        fixture.Close();
        Execute(fixture.DbPath, "PRAGMA user_version = 99");

        var error = Assert.Throws<IndexException>(() => DocumentIndex.Open(fixture.DbPath, IndexFixture.Space));

        Assert.Equal(IndexError.Newer, error.Error);
    }

    [Fact]
    public async Task Sync_while_another_process_writes_names_the_lock()
    {
        using var fixture = new IndexFixture { Options = new IndexOptions { BusyTimeout = TimeSpan.FromSeconds(1) } };
        fixture.Write("a.txt", "Words.");
        await fixture.SyncAsync(Never);
        fixture.Write("b.txt", "More words.");

        using (new FileStream(fixture.DbPath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var held = await Assert.ThrowsAsync<IndexException>(() => fixture.SyncAsync(Never));
            Assert.Equal(IndexError.Locked, held.Error);
            Assert.Contains(".lock", held.Message, StringComparison.Ordinal);
        }

        using var writer = new SqliteConnection($"Data Source={fixture.DbPath};Pooling=False");
        writer.Open();
        using var transaction = writer.BeginTransaction(deferred: false);
        var busy = await Assert.ThrowsAsync<IndexException>(() => fixture.SyncAsync(Never));
        Assert.Equal(IndexError.Locked, busy.Error);
        Assert.NotEmpty(fixture.Index.SearchKeywords("words", 5));
    }

    [Fact]
    public async Task Verify_damaged_index_names_and_repairs_it()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Alpha words.");
        fixture.Write("b.txt", "Beta words.");
        fixture.Write("c.txt", "Gamma words.");
        await fixture.SyncAsync(Never);
        fixture.Close();
        Execute(
            fixture.DbPath,
            """
            INSERT INTO chunk_fts(chunk_fts, rowid, text, heading) SELECT 'delete', id, text, heading FROM chunk LIMIT 1;
            INSERT INTO vector(chunk, space, value) VALUES(999, 1, x'00');
            UPDATE chunk SET sha256 = x'00' WHERE document = (SELECT id FROM document WHERE source = 'b.txt');
            DELETE FROM vector WHERE chunk = (SELECT max(id) FROM chunk);
            """);

        var report = fixture.Index.Verify(repair: true);

        Assert.Contains(report.Problems, problem => problem.Contains("keyword index", StringComparison.Ordinal));
        Assert.Contains(report.Problems, problem => problem.Contains("'b.txt'", StringComparison.Ordinal));
        Assert.Contains(report.Problems, problem => problem.Contains("vectors belong to no chunk", StringComparison.Ordinal));
        Assert.Contains(report.Problems, problem => problem.Contains("have no vector", StringComparison.Ordinal));
        await fixture.SyncAsync(Never);
        Assert.Empty(fixture.Index.Verify().Problems);
        Assert.Equal(3, fixture.Index.SearchVectors(fixture.Embedder.Embed("words"), 5).Count);
        Assert.Equal(3, fixture.Index.SearchKeywords("alpha beta gamma", 5).Count);
    }

    [Fact]
    public async Task Status_tells_counts_space_and_last_receipt()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Words.");
        fixture.Write("b.bin", "x");
        var receipt = await fixture.SyncAsync(Never);
        fixture.Close();

        using var index = DocumentIndex.OpenExisting(fixture.DbPath);
        var status = index.Status();

        Assert.Equal((1, 1, 1, 1, 6L), (status.Documents, status.FailedFiles, status.Chunks, status.Vectors, status.TextCharacters));
        Assert.Equal(IndexFixture.Space, status.Space);
        Assert.Equal(fixture.Folder, status.Folder);
        Assert.Equal(receipt.Files, status.LastReceipt!.Files);
        Assert.True(status.SizeInBytes > 0 && status.LastSync is not null);
    }

    [Fact]
    public async Task Remove_takes_out_a_document_or_the_whole_index()
    {
        using var fixture = new IndexFixture();
        fixture.Write("a.txt", "Alpha.");
        fixture.Write("b.txt", "Beta.");
        await fixture.SyncAsync(Never);

        Assert.True(fixture.Index.RemoveDocument("a.txt"));
        Assert.False(fixture.Index.RemoveDocument("a.txt"));
        Assert.Empty(fixture.Index.SearchKeywords("alpha", 5));
        Assert.Single(fixture.Index.SearchVectors(fixture.Embedder.Embed("alpha"), 5));
        Assert.Empty(fixture.Index.Verify().Problems);
        fixture.Close();
        Assert.True(DocumentIndex.Remove(fixture.DbPath));
        Assert.False(DocumentIndex.Remove(fixture.DbPath));
        Assert.True(File.Exists(Path.Combine(fixture.Folder, "a.txt")));
    }

    [Fact]
    public void IndexLocation_is_the_same_for_every_way_to_write_a_folder()
    {
        var first = IndexLocation.For("/home/me/.cairn", "/data/docs");

        Assert.Equal(first, IndexLocation.For("/home/me/.cairn/", "/data/docs/"));
        Assert.Equal(first, IndexLocation.For("/home/me/.cairn", "/data/x/../docs"));
        Assert.NotEqual(first, IndexLocation.For("/home/me/.cairn", "/data/Docs"));
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
