using System.Text;
using Cairn.Retrieval.Reading;
using Xunit;

namespace Cairn.Retrieval.Tests.Reading;

public sealed class TextReadersTests
{
    private const string Sample = "Grüße – naïve €5\nzweite Zeile\n";

    [Theory]
    [InlineData("utf-8", false, true)]
    [InlineData("utf-8", true, true)]
    [InlineData("utf-16", true, true)]
    [InlineData("utf-16BE", true, true)]
    [InlineData("utf-32", true, true)]
    [InlineData("utf-16", false, false)]
    [InlineData("windows-1252", false, false)]
    public async Task Text_in_any_encoding_is_decoded_and_a_guess_is_noted(string name, bool isMarked, bool isCertain)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        byte[] bytes = [.. isMarked ? encoding.GetPreamble() : [], .. encoding.GetBytes(Sample)];

        var document = await ReadAsync("a.txt", bytes);

        Assert.Equal(Sample, document.Text);
        Assert.Equal(isCertain, document.Notes.Count == 0);
    }

    [Fact]
    public async Task Markdown_text_is_the_file_and_blocks_point_into_it()
    {
        const string Text =
            "---\ntitle: x\n---\n# One *big* title\n\nA paragraph\nof two lines.\n\n- first\n  - inner\n- second\n\n> quoted\n\n"
            + "| A | B |\n|---|---|\n| 1 | 2 |\n\n```cs\n# not a heading\n```\n\nSetext\n------\n\n<!-- secret -->\n";

        var document = await ReadAsync("a.md", Encoding.UTF8.GetBytes(Text));

        Assert.Equal(Text, document.Text);
        Assert.Equal("One big title", document.Title);
        Assert.Equal(
            [
                (DocumentBlockKind.Heading, 1, "# One *big* title"), (DocumentBlockKind.Paragraph, 0, "A paragraph\nof two lines."),
                (DocumentBlockKind.ListItem, 1, "- first"), (DocumentBlockKind.ListItem, 2, "- inner"), (DocumentBlockKind.ListItem, 1, "- second"),
                (DocumentBlockKind.Quote, 0, "quoted"), (DocumentBlockKind.Table, 0, "| A | B |\n|---|---|\n| 1 | 2 |"),
                (DocumentBlockKind.Code, 0, "```cs\n# not a heading\n```"), (DocumentBlockKind.Heading, 2, "Setext\n------"),
            ],
            document.Blocks.Select(block => (block.Kind, block.Level, Text[block.Start..block.End])));
        var table = document.Blocks.Single(block => block.Kind == DocumentBlockKind.Table);
        Assert.Equal("| A | B |\n|---|---|\n", Text[table.Start..table.HeaderEnd]);
    }

    [Fact]
    public async Task Code_blocks_keep_functions_whole()
    {
        const string Text = "import os\n\n\ndef one():\n    a = 1\n\n    return a\n\n\ndef two():\n    return 2\n";

        var document = await ReadAsync("a.py", Encoding.UTF8.GetBytes(Text));

        Assert.Equal(
            ["import os", "def one():\n    a = 1\n\n    return a", "def two():\n    return 2"],
            document.Blocks.Select(block => Text[block.Start..block.End]));
        Assert.All(document.Blocks, block => Assert.Equal("python", block.Language));
    }

    [Fact]
    public async Task Html_gives_visible_text_with_structure()
    {
        const string Page =
            """
            <html><head><title>The page</title><style>.h{display:none}</style><script>SCRIPT</script></head><body>
            <nav>NAV</nav><main><h1>Head &amp; line</h1><p>One <b>bold</b>&nbsp;word.<!-- COMMENT --></p>
            <p style="display:none">HIDDEN1</p><p class="h">HIDDEN2</p><p hidden>HIDDEN3</p>
            <ul><li>item<ul><li>inner</li></ul></li></ul>
            <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2 <br> 3</td></tr></table><pre>code
              line</pre></main><footer>FOOT</footer></body></html>
            """;

        var document = await ReadAsync("a.html", Encoding.UTF8.GetBytes(Page));

        Assert.Equal("Head & line\n\nOne bold word.\n\nitem\n\ninner\n\nA | B\n1 | 2 3\n\ncode\n  line", document.Text);
        Assert.Equal("The page", document.Title);
        Assert.Equal(
            [
                (DocumentBlockKind.Heading, 1), (DocumentBlockKind.Paragraph, 0), (DocumentBlockKind.ListItem, 1),
                (DocumentBlockKind.ListItem, 2), (DocumentBlockKind.Table, 0), (DocumentBlockKind.Code, 0),
            ],
            document.Blocks.Select(block => (block.Kind, block.Level)));
        Assert.Contains("21 characters", Assert.Single(document.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_that_overruns_its_time_is_reported()
    {
        var readers = new DocumentReaders([new SlowReader()], new ReaderLimits { TimeBudget = TimeSpan.FromMilliseconds(50) });

        var error = await Assert.ThrowsAsync<DocumentReadException>(
            () => readers.ReadAsync([1], "a.slow", TestContext.Current.CancellationToken));

        Assert.Equal(DocumentReadError.TimedOut, error.Error);
    }

    [Fact]
    public async Task Read_of_too_many_bytes_is_reported()
    {
        var readers = DocumentReaders.Create(new ReaderLimits { MaxFileBytes = 10 });

        var error = await Assert.ThrowsAsync<DocumentReadException>(
            () => readers.ReadAsync(new byte[11], "a.txt", TestContext.Current.CancellationToken));

        Assert.Equal(DocumentReadError.TooLarge, error.Error);
    }

    private static Task<Document> ReadAsync(string name, byte[] bytes) =>
        DocumentReaders.Default.ReadAsync(bytes, name, TestContext.Current.CancellationToken);

    private sealed class SlowReader : IDocumentReader
    {
        public string Version => "slow/1";

        public bool CanRead(string path) => true;

        public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
        {
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(10));
            cancellationToken.ThrowIfCancellationRequested();
            return new Document(path, "slow", "x", [], [new DocumentBlock(DocumentBlockKind.Paragraph, 0, 0, 1)]);
        }
    }
}
