using Cairn.Retrieval.Reading;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using Xunit;

namespace Cairn.Retrieval.Tests.Reading;

public sealed class DocxReaderTests
{
    [Fact]
    public async Task Body_gives_headings_lists_tables_and_notes()
    {
        var document = await ReadAsync(
            new Paragraph(new ParagraphProperties(new ParagraphStyleId { Val = "H2" }), Words("Chapter")),
            new Paragraph(Words("Plain "), new Run(new TabChar()), Words("words"), new Run(new FootnoteReference { Id = 2 })),
            new Paragraph(
                new ParagraphProperties(new NumberingProperties(new NumberingLevelReference { Val = 1 }, new NumberingId { Val = 3 })), Words("item")),
            new Table(Row("A", "B"), Row("1", "2")));

        Assert.Equal("Chapter\n\nPlain words[^2]\n\nitem\n\nA | B\n1 | 2\n\n[^2]: The note.", document.Text.Replace("  ", " ", StringComparison.Ordinal));
        Assert.Equal(
            [
                (DocumentBlockKind.Heading, 2), (DocumentBlockKind.Paragraph, 0), (DocumentBlockKind.ListItem, 2),
                (DocumentBlockKind.Table, 0), (DocumentBlockKind.Paragraph, 0),
            ],
            document.Blocks.Select(block => (block.Kind, block.Level)));
    }

    [Fact]
    public async Task Deleted_and_hidden_runs_are_left_out_and_inserted_ones_kept()
    {
        var document = await ReadAsync(new Paragraph(
            Words("The price is "),
            new DeletedRun(new Run(new DeletedText("forty"))),
            new InsertedRun(Words("fifty")),
            new Run(new RunProperties(new Vanish()), new Text("SECRET"))));

        Assert.StartsWith("The price is fifty\n", document.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", document.Text, StringComparison.Ordinal);
        Assert.Contains("6 characters", Assert.Single(document.Notes), StringComparison.Ordinal);
    }

    private static Run Words(string text) => new(new Text(text) { Space = SpaceProcessingModeValues.Preserve });

    private static TableRow Row(params string[] cells) => new(cells.Select(cell => new TableCell(new Paragraph(Words(cell)))));

    private static async Task<Cairn.Retrieval.Reading.Document> ReadAsync(params OpenXmlElement[] blocks)
    {
        using var stream = new MemoryStream();
        using (var package = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var part = package.AddMainDocumentPart();
            part.Document = new DocumentFormat.OpenXml.Wordprocessing.Document(new Body(blocks));
            part.AddNewPart<StyleDefinitionsPart>().Styles = new Styles(
                new Style(new StyleName { Val = "heading 2" }) { StyleId = "H2", Type = StyleValues.Paragraph });
            part.AddNewPart<FootnotesPart>().Footnotes = new Footnotes(new Footnote(new Paragraph(Words("The note."))) { Id = 2 });
        }

        return await DocumentReaders.Default.ReadAsync(stream.ToArray(), "a.docx", TestContext.Current.CancellationToken);
    }
}
