using System.Diagnostics;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.SyncHost;
using Xunit;

namespace Cairn.Retrieval.Tests.Indexing;

/// <summary>Kills a syncing process at random moments: the index must be sound each time, and complete in the end.</summary>
public sealed class KilledSyncTests(ITestOutputHelper output)
{
    private const int Kills = 26;
    private const int Seed = 20261125;

    [Fact]
    public async Task Sync_killed_at_any_moment_leaves_a_sound_index()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var fixture = new IndexFixture();
        var random = new Random(Seed);
        var alive = 0;
        for (var i = 0; i < 60; i++)
        {
            WriteFile(fixture, random, i);
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            // The folder goes on changing, so that updates, renames and removals are hit as well.
            for (var i = 0; i < 12; i++)
            {
                WriteFile(fixture, random, random.Next(60));
            }

            MoveFile(fixture, random);
            using var process = Start(fixture);
            var ready = await process.StandardOutput.ReadLineAsync(cancellationToken);
            for (var batches = random.Next(9); batches > 0; batches--)
            {
                await process.StandardOutput.ReadLineAsync(cancellationToken);
            }

            await Task.Delay(random.Next(20), cancellationToken);
            alive += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);

            Assert.Equal("ready", ready);
            var report = fixture.Index.Verify();
            Assert.True(report.IsSound, $"seed {Seed}, kill {kill}: {string.Join(' ', report.Problems)}");
            fixture.Close();
        }

        var receipt = await fixture.SyncAsync(cancellationToken);
        using var fresh = new IndexFixture();
        await fresh.Index.SyncAsync(fixture.Folder, fresh.Embedder, new Chunker(new WordCounter()), null, cancellationToken);
        Assert.Empty(fixture.Index.Verify().Problems);
        Assert.Equal(Content(fresh.Index), Content(fixture.Index));
        Assert.True(receipt.Count(FileOutcome.Unchanged) > 0, "no killed process had committed anything");
        Assert.True(alive >= 13, $"only {alive} of {Kills} processes were still at work when they were killed");
        output.WriteLine($"{alive} of {Kills} killed at work; {receipt.Count(FileOutcome.Unchanged)} files were done by then");
    }

    private static Process Start(IndexFixture fixture)
    {
        var host = typeof(WordCounter).Assembly.Location;
        return Process.Start(new ProcessStartInfo("dotnet", [host, fixture.DbPath, fixture.Folder, "8"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static void WriteFile(IndexFixture fixture, Random random, int number)
    {
        var words = Enumerable.Range(0, random.Next(20, 400)).Select(_ => $"word{random.Next(500)}");
        fixture.Write($"{number}.md", $"# Page {number}\n\n{string.Join(' ', words)}.", ageInMinutes: random.Next(10, 10_000));
    }

    private static void MoveFile(IndexFixture fixture, Random random)
    {
        var files = Directory.GetFiles(fixture.Folder);
        var from = files[random.Next(files.Length)];
        File.Move(from, Path.Combine(fixture.Folder, $"moved-{random.Next(1000)}.md"), overwrite: true);
    }

    private static List<string> Content(DocumentIndex index) => [.. index.GetDocuments().Select(document =>
        $"{document.Source}: {index.GetDocumentText(document.Id)} "
        + string.Join(';', index.GetDocumentChunks(document.Id).Select(chunk => $"{chunk.Chunk} {index.GetVectors([chunk.Id])[0]!.Sum()}")))];
}
