using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Search;
using Cairn.Retrieval.Tests.Indexing;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Selection;

public sealed class SentenceSelectorTests : IDisposable
{
    private const string Near = "A cairn marks a trail.";
    private const string Far = "Rivers carry water towards distant seas.";

    private readonly IndexFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_nearest_sentence_of_the_nearest_passage_stands_out()
    {
        var scored = await SelectAsync((Near, 0.8), (Far, 0.2));

        Assert.Equal(Near, scored[0].Sentence.Text);
        Assert.Equal(1, scored[0].Features.Standout, 6);
        Assert.Equal(0, scored[1].Features.Standout);
    }

    [Fact]
    public async Task A_sentence_outside_the_nearest_passage_does_not_stand_out() =>
        Assert.All(await SelectAsync((Near, 0.2), (Far, 0.8)), sentence => Assert.Equal(0, sentence.Features.Standout));

    private async Task<IReadOnlyList<ScoredSentence>> SelectAsync(params (string Text, double Similarity)[] passages)
    {
        var ranked = passages.Select((passage, i) => new RankedChunk(
            new IndexedChunk(i, i, "page.md", "Page", new Chunk(0, 0, passage.Text.Length, null, null, "", passage.Text, 10)), 1, 1, passage.Similarity)).ToList();
        return await new SentenceSelector(_fixture.Embedder).SelectAsync(
            QuestionReader.Read("What does a cairn mark?")[0], ranked, new TermStatistics(_fixture.Index), TestContext.Current.CancellationToken);
    }
}
