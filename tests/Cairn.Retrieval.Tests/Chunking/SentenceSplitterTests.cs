using Cairn.Retrieval.Chunking;
using Xunit;

namespace Cairn.Retrieval.Tests.Chunking;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("One. Two! Three? Four", "One.", "Two!", "Three?", "Four")]
    [InlineData("Dr. Smith met Mr. Jones. They spoke.", "Dr. Smith met Mr. Jones.", "They spoke.")]
    [InlineData("It costs 3.14 dollars. Version 2.0.1 is out.", "It costs 3.14 dollars.", "Version 2.0.1 is out.")]
    [InlineData("See https://a.example/x.html?q=1. Then go.", "See https://a.example/x.html?q=1.", "Then go.")]
    [InlineData("Use e.g. Adam, i.e. the default. Or SGD.", "Use e.g. Adam, i.e. the default.", "Or SGD.")]
    [InlineData("J. R. R. Tolkien wrote it. Read it.", "J. R. R. Tolkien wrote it.", "Read it.")]
    [InlineData("He lives in the U.S. The Treasury is there.", "He lives in the U.S.", "The Treasury is there.")]
    [InlineData("The U.S. Treasury issues bonds.", "The U.S. Treasury issues bonds.")]
    [InlineData("He said \"stop.\" Then he left.", "He said \"stop.\"", "Then he left.")]
    [InlineData("It works (mostly). Try it.", "It works (mostly).", "Try it.")]
    [InlineData("Wait... what? No... Never.", "Wait... what?", "No...", "Never.")]
    [InlineData("See No. 5 and Fig. 3. He said no. Then left.", "See No. 5 and Fig. 3.", "He said no.", "Then left.")]
    [InlineData("Shown before.[3] It holds.¹ And so on.", "Shown before.[3]", "It holds.¹", "And so on.")]
    [InlineData("東京は大きい。人口は多い。", "東京は大きい。", "人口は多い。")]
    [InlineData("In 2019. Then", "In 2019.", "Then")]
    [InlineData("A line that\nis wrapped. Next\none.", "A line that\nis wrapped.", "Next\none.")]
    [InlineData("# Title\nText here.\n\nMore text", "# Title", "Text here.", "More text")]
    [InlineData("Intro:\n- first item\n- second. Two\n1. one\n2) two", "Intro:", "- first item", "- second.", "Two", "1. one", "2) two")]
    [InlineData("1. First do this. Then that.", "1. First do this.", "Then that.")]
    [InlineData("| a | b |\n|---|---|\n| 1 | 2 |\nafter", "| a | b |", "|---|---|", "| 1 | 2 |", "after")]
    [InlineData("  \n \t\n")]
    [InlineData("")]
    public void Split_text_gives_its_sentences(string text, params string[] expected)
    {
        var sentences = SentenceSplitter.Split(text);

        Assert.Equal(expected, sentences.Select(span => span.Of(text)));
    }

    [Fact]
    public void Split_part_keeps_offsets_of_the_whole_text()
    {
        const string Text = "Zero. One. Two. Three.";

        var sentences = SentenceSplitter.Split(Text, 6, 15);

        Assert.Equal([new TextSpan(6, 10), new TextSpan(11, 15)], sentences);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Split_any_text_leaves_only_white_space_between_sentences(int seed)
    {
        var random = new Random(seed);
        const string Alphabet = "aB1 .\n!?#|-*>\"')[]、。 \t…eg";
        for (var round = 0; round < 500; round++)
        {
            var text = string.Create(random.Next(60), random, (span, r) =>
            {
                foreach (ref var c in span)
                {
                    c = Alphabet[r.Next(Alphabet.Length)];
                }
            });

            var end = 0;
            foreach (var span in SentenceSplitter.Split(text))
            {
                Assert.True(span.Start >= end && span.Length > 0, $"seed {seed}, text '{text}'");
                Assert.True(string.IsNullOrWhiteSpace(text[end..span.Start]), $"seed {seed}, text '{text}'");
                Assert.False(char.IsWhiteSpace(text[span.Start]) || char.IsWhiteSpace(text[span.End - 1]), $"seed {seed}");
                end = span.End;
            }

            Assert.True(string.IsNullOrWhiteSpace(text[end..]), $"seed {seed}, text '{text}'");
        }
    }

    [Theory]
    [InlineData("a. ")]
    [InlineData("....")]
    [InlineData("\n")]
    [InlineData("))))")]
    [InlineData("1.1 ")]
    [InlineData("| x ")]
    public void Split_long_repetition_takes_linear_time(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 500_000)) + "x";

        var sentences = SentenceSplitter.Split(text);

        Assert.All(sentences, span => Assert.InRange(span.Length, 1, text.Length));
    }
}
