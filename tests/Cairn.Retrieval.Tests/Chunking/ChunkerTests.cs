using System.Text;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Reading;
using Cairn.Retrieval.SyncHost;
using Xunit;

namespace Cairn.Retrieval.Tests.Chunking;

public sealed class ChunkerTests
{
    private static readonly ChunkerOptions Small = new() { TargetTokens = 40, MaxTokens = 60, MinTokens = 12 };

    [Fact]
    public void Split_sections_keeps_their_heading_paths()
    {
        var chunks = Split(
            $"""
            # Guide

            {Words("intro", 20)}

            ## Training

            {Words("train", 20)}

            ### Adapters

            {Words("adapt", 20)}

            ## Serving

            {Words("serve", 20)}
            """);

        Assert.Equal(
            ["Guide", "Guide > Training", "Guide > Training > Adapters", "Guide > Serving"],
            chunks.Select(chunk => chunk.HeadingPath));
        Assert.All(chunks, chunk => Assert.DoesNotContain("#", chunk.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_short_sections_are_joined_under_what_they_share()
    {
        var chunks = Split("# Guide\n\n## One\n\nShort one.\n\n## Two\n\nShort two.\n");

        var chunk = Assert.Single(chunks);
        Assert.Equal("Guide", chunk.HeadingPath);
        Assert.Equal("## One\n\nShort one.\n\n## Two\n\nShort two.", chunk.Text);
    }

    [Fact]
    public void Split_long_paragraph_breaks_between_sentences()
    {
        var text = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Sentence {i} has six words here."));

        var chunks = Split(text);

        Assert.True(chunks.Count > 3);
        Assert.All(chunks, chunk => Assert.EndsWith("here.", chunk.Text, StringComparison.Ordinal));
        Assert.All(chunks, chunk => Assert.StartsWith("Sentence", chunk.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_with_overlap_repeats_the_last_sentence()
    {
        var text = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Sentence {i} is."));

        var chunks = Split(text, new ChunkerOptions { TargetTokens = 40, MaxTokens = 60, MinTokens = 12, OverlapSentences = 1 });

        for (var i = 1; i < chunks.Count; i++)
        {
            var repeated = chunks[i - 1].Text[chunks[i - 1].Text.LastIndexOf("Sentence", StringComparison.Ordinal)..];
            Assert.StartsWith(repeated, chunks[i].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Split_table_that_fits_stays_whole()
    {
        const string Table = "| Year | Sales |\n|---|---|\n| 2020 | 10 |\n| 2021 | 12 |";

        var chunks = Split($"# Report\n\n{Words("before", 34)}\n\n{Table}\n\n{Words("after", 30)}");

        Assert.Single(chunks, chunk => chunk.Text.Contains(Table, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_long_table_breaks_at_rows_and_remembers_the_header()
    {
        var rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"| part-{i} | {i * 7} |\n"));

        var chunks = Split($"# Stock\n\n| Part | Count |\n|---|---|\n{rows}");

        Assert.True(chunks.Count > 3);
        Assert.Equal("Stock", chunks[0].HeadingPath);
        Assert.All(chunks.Skip(1), chunk => Assert.Equal("Stock > Part | Count", chunk.HeadingPath));
        Assert.All(chunks, chunk => Assert.EndsWith("|", chunk.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_long_code_breaks_at_lines()
    {
        var code = string.Concat(Enumerable.Range(0, 60).Select(i => $"    call_number({i}, argument)\n"));

        var chunks = Split($"```python\n{code}```\n");

        Assert.True(chunks.Count > 3);
        Assert.All(chunks.Skip(1).SkipLast(1), chunk => Assert.StartsWith("    call", chunk.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_takes_pages_from_the_span()
    {
        var text = $"{Words("one", 30)}\n\n{Words("two", 30)}";
        var middle = text.IndexOf("two", StringComparison.Ordinal);
        var document = new Document(
            "a.pdf", "a", text, [new DocumentPage(1, "i", 0, middle - 2), new DocumentPage(2, "ii", middle, text.Length)],
            [new DocumentBlock(DocumentBlockKind.Paragraph, 0, 0, middle - 2), new DocumentBlock(DocumentBlockKind.Paragraph, 0, middle, text.Length)]);

        var chunks = new Chunker(new WordCounter(), new ChunkerOptions { TargetTokens = 40, MaxTokens = 60, MinTokens = 12 }).Split(document, TestContext.Current.CancellationToken);

        Assert.Equal([(1, 1), (2, 2)], chunks.Select(chunk => (chunk.PageFirst!.Value, chunk.PageLast!.Value)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Split_any_document_obeys_the_limits_and_loses_no_word(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var text = RandomMarkdown(random);
            var document = Read(text);
            var chunks = new Chunker(new WordCounter(), Small).Split(document, TestContext.Current.CancellationToken);

            var covered = new bool[text.Length];
            var end = 0;
            foreach (var chunk in chunks)
            {
                Assert.Equal(document.Text[chunk.Start..chunk.End], chunk.Text);
                Assert.True(chunk.Start >= end, $"seed {seed}, round {round}: chunk {chunk.Ordinal} overlaps");
                Assert.InRange(chunk.TokenCount, 1, Small.MaxTokens);
                Assert.Equal(new WordCounter().Count(chunk.EmbeddingText), chunk.TokenCount);
                Array.Fill(covered, true, chunk.Start, chunk.End - chunk.Start);
                end = chunk.End;
            }

            foreach (var block in document.Blocks.Where(block => block.Kind != DocumentBlockKind.Heading))
            {
                for (var i = block.Start; i < block.End; i++)
                {
                    Assert.True(covered[i] || char.IsWhiteSpace(text[i]), $"seed {seed}, round {round}: character {i} is in no chunk");
                }
            }

            Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(chunk => chunk.Ordinal));
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("word ")]
    [InlineData("Sentence. ")]
    [InlineData("| a | b |\n")]
    [InlineData("# h\n\n")]
    [InlineData("- item\n")]
    [InlineData("😀")]
    public void Split_large_repetition_stays_within_the_limits(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 100_000));

        var chunks = new Chunker(new WordCounter()).Split(Read(text), TestContext.Current.CancellationToken);

        Assert.All(chunks, chunk => Assert.InRange(chunk.TokenCount, 1, 254));
        Assert.All(chunks, chunk => Assert.False(char.IsLowSurrogate(chunk.Text[0]) || char.IsHighSurrogate(chunk.Text[^1])));
    }

    [Fact]
    public void Chunker_with_contradicting_sizes_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Chunker(new WordCounter(), new ChunkerOptions { TargetTokens = 300, MaxTokens = 200 }));
    }

    private static IReadOnlyList<Chunk> Split(string markdown, ChunkerOptions? options = null) =>
        new Chunker(new WordCounter(), options ?? Small).Split(Read(markdown), TestContext.Current.CancellationToken);

    private static Document Read(string markdown) =>
        new MarkdownReader(ReaderLimits.Default).Read(new MemoryStream(Encoding.UTF8.GetBytes(markdown)), "a.md", TestContext.Current.CancellationToken);

    private static string Words(string word, int count) => string.Join(' ', Enumerable.Repeat(word, count)) + ".";

    private static string RandomMarkdown(Random random)
    {
        var text = new StringBuilder();
        for (var blocks = random.Next(1, 25); blocks > 0; blocks--)
        {
            text.Append(random.Next(7) switch
            {
                0 => $"{new string('#', random.Next(1, 5))} Heading {Words("h", random.Next(1, 12))}\n\n",
                1 => string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(i => $"- item {Words("i", random.Next(1, 20))}\n")) + "\n",
                2 => "| A | B |\n|---|---|\n" + string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(i => $"| {i} | {Words("c", random.Next(1, 9))} |\n")) + "\n",
                3 => "```\n" + string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(i => $"  code line {i}\n")) + "```\n\n",
                4 => new string('x', random.Next(1, 3000)) + "\n\n",
                5 => $"<!-- comment {Words("z", random.Next(1, 40))} -->\n\n",
                _ => string.Join(' ', Enumerable.Range(0, random.Next(1, 12)).Select(i => Words("w", random.Next(1, 50)))) + "\n\n",
            });
        }

        return text.ToString();
    }
}
