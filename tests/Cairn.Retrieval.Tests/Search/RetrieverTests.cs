using Cairn.Retrieval.Search;
using Cairn.Retrieval.Tests.Indexing;
using Xunit;

namespace Cairn.Retrieval.Tests.Search;

public sealed class RetrieverTests : IDisposable
{
    private readonly IndexFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(SearchMode.Keyword)]
    [InlineData(SearchMode.Vector)]
    [InlineData(SearchMode.Hybrid)]
    public async Task Search_puts_the_passage_with_the_words_first(SearchMode mode)
    {
        await WriteAsync();
        var retriever = new Retriever(_fixture.Index, _fixture.Embedder, new RetrieverOptions { Mode = mode });

        var found = await retriever.SearchAsync("granite stones", TestContext.Current.CancellationToken);

        Assert.Equal("stones.md", found[0].Chunk.Source);
        Assert.Equal(mode != SearchMode.Vector, found[0].KeywordScore is not null);
        Assert.Equal(mode != SearchMode.Keyword, found[0].VectorScore is not null);
        Assert.Equal(found.OrderByDescending(hit => hit.Score).Select(hit => hit.Chunk.Id), found.Select(hit => hit.Chunk.Id));
    }

    [Fact]
    public async Task Search_returns_repeated_passages_once()
    {
        await WriteAsync();
        _fixture.Write("copy.md", "# Copy\n\n" + Stones);
        await _fixture.SyncAsync(TestContext.Current.CancellationToken);
        var all = new RetrieverOptions { CollapseDuplicates = false };

        var kept = await new Retriever(_fixture.Index, _fixture.Embedder, all).SearchAsync("granite stones", TestContext.Current.CancellationToken);
        var collapsed = await new Retriever(_fixture.Index, _fixture.Embedder).SearchAsync("granite stones", TestContext.Current.CancellationToken);

        Assert.Equal(2, kept.Count(hit => hit.Chunk.Chunk.Text.Contains("granite", StringComparison.Ordinal)));
        Assert.Single(collapsed, hit => hit.Chunk.Chunk.Text.Contains("granite", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Search_returns_at_most_the_limit()
    {
        await WriteAsync();
        var retriever = new Retriever(_fixture.Index, _fixture.Embedder, new RetrieverOptions { Limit = 1 });

        Assert.Single(await retriever.SearchAsync("river stones", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Search_for_nothing_finds_nothing()
    {
        await WriteAsync();

        Assert.Empty(await new Retriever(_fixture.Index, _fixture.Embedder).SearchAsync("  ", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Options_out_of_range_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Retriever(_fixture.Index, _fixture.Embedder, new RetrieverOptions { Limit = 50, Depth = 10 }));

    private const string Stones = "Walls of granite stones stand for a thousand years when every stone rests on two others below it.";

    private async Task WriteAsync()
    {
        _fixture.Write("stones.md", "# Stones\n\n" + Stones);
        _fixture.Write("river.md", "# River\n\nThe river carries sand and gravel down to the delta, where it drops both when it slows.");
        await _fixture.SyncAsync(TestContext.Current.CancellationToken);
    }
}
