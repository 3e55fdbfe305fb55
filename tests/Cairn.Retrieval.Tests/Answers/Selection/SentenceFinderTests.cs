using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Indexing;
using Cairn.Retrieval.Search;
using Xunit;

namespace Cairn.Retrieval.Tests.Answers.Selection;

public sealed class SentenceFinderTests
{
    private const int Offset = 100;

    [Fact]
    public void Every_quote_is_the_passage_from_start_to_end()
    {
        const string text = "## Heading\n\nOne sentence. Another one:\n\n- **Label.** An item.\n- Second item\n\n```text\ny = x\n```\n\n| a | b |\n|---|---|\n| c | d |\n";

        var found = Find(text);

        Assert.All(found, sentence => Assert.Equal(sentence.Quote, text[(sentence.Start - Offset)..(sentence.End - Offset)]));
        Assert.Equal(
            [
                (SentenceKind.Prose, "One sentence."), (SentenceKind.LeadIn, "Another one:"), (SentenceKind.ListItem, "Label. An item."),
                (SentenceKind.ListItem, "Second item"), (SentenceKind.Code, "y = x"), (SentenceKind.TableRow, "c — b: d"),
            ],
            found.Select(sentence => (sentence.Kind, sentence.Text)));
        Assert.All(found, sentence => Assert.Equal("Heading", sentence.Heading));
        Assert.Equal(Enumerable.Range(0, found.Count), found.Select(sentence => sentence.Index));
    }

    [Fact]
    public void Context_is_the_lead_in_of_a_list_and_the_header_of_a_table()
    {
        var found = Find("Three goals:\n\n- harm\n- theft\n\nSizes follow.\n\n| model | size |\n|---|---|\n| Small | 1B |\n");

        Assert.Equal("Three goals:", found.Single(sentence => sentence.Text == "theft").Context);
        Assert.Equal("model, size", found.Single(sentence => sentence.Kind == SentenceKind.TableRow).Context);
    }

    [Fact]
    public void A_row_of_a_split_table_gets_its_header_from_the_heading_path()
    {
        var found = Find("| Small | 1B |\n| Large | 70B |\n", "Sizes > | model | size |");

        Assert.Equal(["Small — size: 1B", "Large — size: 70B"], found.Select(sentence => sentence.Text));
        Assert.All(found, sentence => Assert.Equal("Sizes", sentence.Heading));
    }

    [Fact]
    public void Rows_without_bars_at_their_ends_are_rows_too()
    {
        var found = Find("Votes follow.\n\nName | For | Against\nJane Doe | 54,484 | 16,105\n\nTotal | 2021 | 2022\nSales | $12 | $13\n");

        Assert.Equal(
            ["Votes follow.", "Jane Doe — For: 54,484; Against: 16,105", "Sales — 2021: $12; 2022: $13"], found.Select(sentence => sentence.Text));
    }

    [Fact]
    public void Lines_of_links_are_fragments()
    {
        var found = Find("It works.\n\n**See also:** [LoRA](lora.md) · [QLoRA](qlora.md) · [PEFT](peft.md)\n");

        Assert.Equal([SentenceKind.Prose, SentenceKind.Fragment], found.Select(sentence => sentence.Kind));
    }

    [Theory]
    [InlineData("```")]
    [InlineData("```\n```")]
    [InlineData("|\n|\n|")]
    [InlineData("#\n- \n* \n1. ")]
    [InlineData("")]
    public void Broken_markup_is_survived(string text) =>
        Assert.All(Find(text), sentence => Assert.NotEmpty(sentence.Text));

    [Fact]
    public void A_row_of_a_table_of_contents_states_nothing() => Assert.Equal(
        [SentenceKind.Fragment, SentenceKind.TableRow],
        Find("| Page | In one line |\n|---|---|\n| [Trails](trails.md) | paths, marks |\n| Rivers, see [water](water.md) | 12 km |\n").Select(sentence => sentence.Kind));

    private static IReadOnlyList<SentenceCandidate> Find(string text, string headings = "")
    {
        var chunk = new Chunk(0, Offset, Offset + text.Length, null, null, headings, text, 10);
        return SentenceFinder.Find(new RankedChunk(new IndexedChunk(1, 1, "page.md", "Page", chunk), 1, 1, 1));
    }
}
