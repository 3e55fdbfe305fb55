using Cairn.Retrieval.Reading.Pdf;
using UglyToad.PdfPig;
using UglyToad.PdfPig.AcroForms.Fields;
using UglyToad.PdfPig.Exceptions;

namespace Cairn.Retrieval.Reading;

/// <summary>
/// PDF, through PdfPig. <see cref="Document.Text"/> is what a person sees, in reading order: columns one after the other,
/// table rows as lines with <c> | </c> between cells, words joined that a line's end divides, running headers and footers
/// and text that nobody sees left out and noted. Pages carry their printed label.
/// </summary>
/// <param name="limits">What one file may cost.</param>
public sealed class PdfReader(ReaderLimits limits) : IDocumentReader
{
    /// <inheritdoc/>
    public string Version => "pdf/1";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).Equals(".pdf", StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
    {
        var bytes = StreamBytes.ReadAll(stream, limits.MaxFileBytes);
        ContentKind.Require(bytes, ContentKind.Pdf);
        PdfReferenceCheck.CheckBytes(bytes);
        using var pdf = Open(bytes);
        if (pdf.NumberOfPages > limits.MaxPages)
        {
            throw new DocumentReadException(
                DocumentReadError.TooLarge, $"The PDF has {pdf.NumberOfPages:N0} pages; the limit is {limits.MaxPages:N0}.");
        }

        PdfReferenceCheck.CheckObjects(pdf, bytes);
        var builder = new DocumentBuilder(limits);
        var pages = ReadPages(pdf, builder, cancellationToken);
        Compose(pdf, pages, builder, cancellationToken);
        if (builder.Blocks.Count == 0)
        {
            throw Wordless(pages);
        }

        return builder.Build(path, TitleOf(pdf));
    }

    private PdfDocument Open(byte[] bytes)
    {
        try
        {
            return PdfDocument.Open(bytes, new ParsingOptions
            {
                UseLenientParsing = true,
                SkipMissingFonts = true,
                ClipPaths = false,
                FilterProvider = new BoundedFilterProvider(limits.MaxUnpackedBytes),
            });
        }
        catch (PdfDocumentEncryptedException error)
        {
            throw new DocumentReadException(
                DocumentReadError.Encrypted, "The PDF is encrypted and needs a password. Save a copy without one.", error);
        }
    }

    private static List<PageContent> ReadPages(PdfDocument pdf, DocumentBuilder builder, CancellationToken cancellationToken)
    {
        var pages = new List<PageContent>();
        for (var number = 1; number <= pdf.NumberOfPages; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var page = pdf.GetPage(number);
                var glyphs = PdfPageGlyphs.Of(page);
                var lines = glyphs.Directions.Select(PdfLines.Of).ToList();
                pages.Add(new PageContent(
                    number, lines.FirstOrDefault() ?? [], [.. lines.Skip(1)], page.NumberOfImages > 0, glyphs.HiddenCharacters, null));
            }
            catch (Exception error) when (error is not (DocumentReadException or OperationCanceledException or OutOfMemoryException))
            {
                // One damaged page does not take the others away.
                pages.Add(new PageContent(number, [], [], false, 0, error.Message));
                builder.Notes.Add($"Page {number} could not be read: {error.Message.Split('\n', 2)[0]}");
            }
        }

        return pages;
    }

    private static void Compose(PdfDocument pdf, List<PageContent> pages, DocumentBuilder builder, CancellationToken cancellationToken)
    {
        var running = PdfRunningLines.Remove([.. pages.Select(page => page.Lines)]);
        var sizes = pages.SelectMany(page => page.Lines).SelectMany(line => line.Segments)
            .GroupBy(segment => segment.Size).ToDictionary(group => group.Key, group => group.Sum(segment => segment.Characters));
        var body = sizes.Count == 0 ? 1 : sizes.MaxBy(pair => pair.Value).Key;
        var headings = sizes.Keys.Where(size => size >= body * 1.15).OrderDescending().ToList();
        var labels = Labels(pdf);
        var fields = FormValues(pdf);
        foreach (var page in pages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = builder.NextStart;
            var paragraphs = new PdfParagraphs(builder, body, headings);
            foreach (var column in PdfColumns.Order(page.Lines))
            {
                paragraphs.Add(column);
            }

            foreach (var turned in page.Turned)
            {
                new PdfParagraphs(builder, body, headings).Add(turned);
            }

            foreach (var (name, value) in fields.Where(field => field.Page == page.Number).Select(field => (field.Name, field.Value)))
            {
                builder.Add(DocumentBlockKind.Paragraph, name.Length == 0 ? value : $"{name}: {value}");
            }

            var isEmpty = builder.NextStart == start;
            builder.Pages.Add(new DocumentPage(
                page.Number, labels[page.Number - 1], isEmpty ? builder.Length : start, builder.Length,
                !isEmpty ? DocumentPageKind.Text : page.HasImages ? DocumentPageKind.Image : DocumentPageKind.Empty));
        }

        AddNotes(pdf, pages, running, builder);
    }

    private static void AddNotes(PdfDocument pdf, List<PageContent> pages, IReadOnlyList<string> running, DocumentBuilder builder)
    {
        var scanned = builder.Pages.Where(page => page.Kind == DocumentPageKind.Image).Select(page => page.Number).ToList();
        var empty = builder.Pages.Where(page => page.Kind == DocumentPageKind.Empty).Select(page => page.Number).ToList();
        if (scanned.Count > 0)
        {
            builder.Notes.Add($"Pictures without text, which need text recognition: {PageList(scanned)}.");
        }

        if (empty.Count > 0)
        {
            builder.Notes.Add($"Without any text: {PageList(empty)}.");
        }

        var hidden = pages.Where(page => page.Hidden > 0).ToList();
        if (hidden.Count > 0)
        {
            builder.Notes.Add(
                $"Left out {hidden.Sum(page => page.Hidden):N0} characters that a person does not see, on {PageList([.. hidden.Select(page => page.Number)])}.");
        }

        if (running.Count > 0)
        {
            builder.Notes.Add($"Left out headers and footers: {string.Join("; ", running.Take(4).Select(line => $"'{line}'"))}.");
        }

        try
        {
            if (pdf.Advanced.TryGetEmbeddedFiles(out var files) && files.Count > 0)
            {
                builder.Notes.Add($"Attachments, not read: {string.Join(", ", files.Take(20).Select(file => $"'{file.Name}'"))}.");
            }
        }
        catch (Exception error) when (error is not (DocumentReadException or OutOfMemoryException))
        {
            builder.Notes.Add("The list of attachments is damaged.");
        }
    }

    private static DocumentReadException Wordless(List<PageContent> pages)
    {
        var failed = pages.Count(page => page.Error is not null);
        if (failed > 0 && failed == pages.Count)
        {
            return new DocumentReadException(
                DocumentReadError.Corrupt, $"None of the {pages.Count:N0} pages could be read: {pages[0].Error}");
        }

        return pages.Exists(page => page.HasImages)
            ? new DocumentReadException(
                DocumentReadError.Scanned,
                $"None of the {pages.Count:N0} pages holds text; they are pictures and need text recognition (OCR).")
            : new DocumentReadException(DocumentReadError.Empty, $"None of the {pages.Count:N0} pages holds text.");
    }

    private static string[] Labels(PdfDocument pdf)
    {
        try
        {
            return PdfPageLabels.Read(pdf, pdf.NumberOfPages);
        }
        catch (Exception error) when (error is not (DocumentReadException or OutOfMemoryException))
        {
            // Damaged labels: the numbers remain.
            return [.. Enumerable.Range(1, pdf.NumberOfPages).Select(page => page.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        }
    }

    private static List<(int Page, string Name, string Value)> FormValues(PdfDocument pdf)
    {
        var values = new List<(int Page, string Name, string Value)>();
        try
        {
            if (pdf.TryGetForm(out var form))
            {
                foreach (var field in form.Fields.OfType<AcroTextField>().Where(field => !string.IsNullOrWhiteSpace(field.Value)))
                {
                    values.Add((field.PageNumber ?? 1, field.Information.AlternateName ?? field.Information.PartialName ?? "", field.Value ?? ""));
                }
            }
        }
        catch (Exception error) when (error is not (DocumentReadException or OutOfMemoryException))
        {
            // A damaged form takes nothing from the pages.
            return [];
        }

        return values;
    }

    private static string? TitleOf(PdfDocument pdf)
    {
        var title = pdf.Information.Title?.Trim();
        var isFileName = title is null || title.Length < 4 || title.Contains(".doc", StringComparison.OrdinalIgnoreCase)
            || title.StartsWith("untitled", StringComparison.OrdinalIgnoreCase) || title.Contains('\\', StringComparison.Ordinal);
        return isFileName ? null : title;
    }

    /// <summary>Page numbers in short: "pages 1-3, 7".</summary>
    private static string PageList(List<int> pages)
    {
        const int MostRanges = 20;
        var ranges = new List<string>();
        for (var i = 0; i < pages.Count && ranges.Count < MostRanges;)
        {
            var last = i;
            while (last + 1 < pages.Count && pages[last + 1] == pages[last] + 1)
            {
                last++;
            }

            ranges.Add(last == i ? $"{pages[i]}" : $"{pages[i]}-{pages[last]}");
            i = last + 1;
        }

        return (pages.Count == 1 ? "page " : "pages ") + string.Join(", ", ranges);
    }

    /// <summary>What a page gave.</summary>
    private sealed record PageContent(
        int Number, List<PdfLine> Lines, List<List<PdfLine>> Turned, bool HasImages, int Hidden, string? Error);
}
