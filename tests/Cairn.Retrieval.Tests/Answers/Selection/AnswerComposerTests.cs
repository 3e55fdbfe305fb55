using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Search;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Selection;

public sealed class AnswerComposerTests
{
    private const string Text = "- Prefill reads the prompt.\n- Decode writes the answer.\n- Sampling draws a token.\n";

    [Theory]
    [InlineData("What is the difference between prefill and decode?", "Prefill reads the prompt.|Decode writes the answer.")]
    [InlineData("How does prefill work?", "Prefill reads the prompt.")]
    public void The_other_half_of_a_comparison_is_added(string question, string expected)
    {
        var chunk = new Chunk(0, 0, Text.Length, null, null, "", Text, 10);
        var first = SentenceFinder.Find(new RankedChunk(new IndexedChunk(1, 1, "page.md", "Page", chunk), 1, 1, 1))[0];

        var chosen = AnswerComposer.Compose(
            QuestionReader.Read(question)[0], [new ScoredSentence(first, new SentenceFeatures(), 0.9, new float[] { 1 })], 0.5);

        Assert.Equal(expected.Split('|'), chosen.Select(sentence => sentence.Text));
    }
}
