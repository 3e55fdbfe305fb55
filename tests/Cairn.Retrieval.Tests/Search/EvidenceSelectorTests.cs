using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Search;
using Cairn.Retrieval.SyncHost;
using Xunit;

namespace Cairn.Retrieval.Tests.Search;

public sealed class EvidenceSelectorTests
{
    private const string Document = "alpha one\n\nbeta two\n\ngamma three\n\ndelta four";

    private readonly EvidenceSelector _selector = new(new WordCounter(), _ => Document);

    [Fact]
    public void Selection_puts_the_best_passage_last()
    {
        var chosen = _selector.Select([Ranked("gamma three", 0.9), Ranked("alpha one", 0.4)], 100);

        Assert.Equal(["alpha one", "gamma three"], chosen.Select(passage => passage.Text));
    }

    [Fact]
    public void Selection_merges_neighbours_with_the_blank_between_them()
    {
        var chosen = _selector.Select([Ranked("beta two", 0.9), Ranked("alpha one", 0.8), Ranked("delta four", 0.7)], 100);

        Assert.Equal(["delta four", "alpha one\n\nbeta two"], chosen.Select(passage => passage.Text));
        Assert.All(chosen, passage => Assert.Equal(Document[passage.Start..passage.End], passage.Text));
        Assert.Equal(0.9, chosen[1].Score);
    }

    [Fact]
    public void Selection_skips_what_does_not_fit_and_goes_on()
    {
        // "gamma three" has 2 tokens, "alpha one" 2, "delta four" 2
        var chosen = _selector.Select([Ranked("gamma three", 0.9), Ranked("alpha one\n\nbeta two", 0.8), Ranked("delta four", 0.1)], 4);

        Assert.Equal(["gamma three\n\ndelta four"], chosen.Select(passage => passage.Text));
    }

    private static RankedChunk Ranked(string text, double score)
    {
        var start = Document.IndexOf(text, StringComparison.Ordinal);
        var chunk = new Chunk(0, start, start + text.Length, null, null, "", text, 2);
        return new RankedChunk(new IndexedChunk(start, 1, "letters.md", "Letters", chunk), score, null, score);
    }
}
