using Cairn.Retrieval.Reading;
using Cairn.Testing;
using Xunit;

namespace Cairn.Retrieval.Tests.Reading;

public sealed class PdfReaderTests
{
    [Fact]
    public async Task Pages_carry_their_printed_labels_and_positions()
    {
        var document = await ReadAsync("own/page-labels.pdf");

        Assert.Equal(["i", "ii", "iii", "1", "2", "3", "A-1", "A-2"], document.Pages.Select(page => page.Label));
        var found = document.Text.IndexOf("SHEET05", StringComparison.Ordinal);
        Assert.Equal(5, document.PageAt(found));
    }

    [Fact]
    public async Task Columns_are_read_one_after_the_other_and_tables_by_rows()
    {
        var document = await ReadAsync("own/columns-and-broken-table.pdf");

        var left = document.Text.IndexOf("Left column sentence 25", StringComparison.Ordinal);
        var right = document.Text.IndexOf("Right column sentence 1 ", StringComparison.Ordinal);
        Assert.InRange(left, 0, right);
        Assert.Contains("valve-001 | 7 | 4.37\nvalve-002 | 14 | 5.74", document.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Northern Depot Handbook, edition 7", document.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scanned_pages_among_others_are_noted()
    {
        var document = await ReadAsync("own/mixed-scan.pdf");

        Assert.Equal(
            [DocumentPageKind.Text, DocumentPageKind.Image, DocumentPageKind.Text], document.Pages.Select(page => page.Kind));
        Assert.Contains(document.Notes, note => note.Contains("page 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("own/encrypted-user-aes256.pdf", DocumentReadError.Encrypted)]
    [InlineData("pdf-scan/ocr_test.pdf", DocumentReadError.Scanned)]
    [InlineData("hostile/flate-bomb-300MB.pdf", DocumentReadError.TooLarge)]
    [InlineData("hostile/cyclic-references.pdf", DocumentReadError.Corrupt)]
    [InlineData("hostile/really-a-docx.pdf", DocumentReadError.Binary)]
    [InlineData("hostile/really-a-pdf.docx", DocumentReadError.Binary)]
    [InlineData("hostile/xxe-file.docx", DocumentReadError.Corrupt)]
    [InlineData("hostile/zip-bomb-200MB.docx", DocumentReadError.TooLarge)]
    [InlineData("hostile/deep-xml-50000.docx", DocumentReadError.TooLarge)]
    [InlineData("hostile/bad-crc.docx", DocumentReadError.Corrupt)]
    [InlineData("hostile/zero-bytes.pdf", DocumentReadError.Empty)]
    public async Task Unusable_file_is_refused_by_its_reason(string file, DocumentReadError expected)
    {
        var error = await Assert.ThrowsAsync<DocumentReadException>(() => ReadAsync(file));

        Assert.Equal(expected, error.Error);
    }

    private static async Task<Document> ReadAsync(string file)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var content = await File.ReadAllBytesAsync(SharedFiles.Data("documents/files/" + file), cancellationToken);
        return await DocumentReaders.Default.ReadAsync(content, file, cancellationToken);
    }
}
