using System.Globalization;
using Cairn.Retrieval.Reading.Docx;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Cairn.Retrieval.Reading;

/// <summary>
/// DOCX, through the Open XML SDK. <see cref="Document.Text"/> is the body in order: headings, paragraphs, list items,
/// tables by rows with <c> | </c> between cells, then foot- and endnotes. Deleted and hidden text, comments, page headers and
/// footers are left out and noted. The format has no pages: they come into being when it is printed.
/// </summary>
/// <param name="limits">What one file may cost.</param>
public sealed class DocxReader(ReaderLimits limits) : IDocumentReader
{
    /// <inheritdoc/>
    public string Version => "docx/1";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() is ".DOCX" or ".DOCM";
    }

    /// <inheritdoc/>
    public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
    {
        var bytes = StreamBytes.ReadAll(stream, limits.MaxFileBytes);
        DocxPackage.Check(bytes, limits, cancellationToken);
        var settings = new OpenSettings { AutoSave = false, MaxCharactersInPart = limits.MaxUnpackedBytes };
        using var package = WordprocessingDocument.Open(new MemoryStream(bytes, writable: false), isEditable: false, settings);
        var part = package.MainDocumentPart;
        if (part?.Document?.Body is not { } body)
        {
            throw new DocumentReadException(DocumentReadError.Corrupt, "The package has no main document with a body.");
        }

        var builder = new DocumentBuilder(limits);
        var walk = new Walk(builder, new DocxStyles(part), cancellationToken);
        walk.Visit(body);
        walk.VisitNotes(part);
        if (walk.HiddenCharacters > 0)
        {
            builder.Notes.Add($"Left out {walk.HiddenCharacters:N0} characters that a person does not see.");
        }

        if (part.WordprocessingCommentsPart?.Comments?.HasChildren == true)
        {
            builder.Notes.Add("Left out the comments.");
        }

        return builder.Build(path, package.PackageProperties.Title);
    }

    /// <summary>One walk over a document.</summary>
    private sealed class Walk(DocumentBuilder builder, DocxStyles styles, CancellationToken cancellationToken)
    {
        public int HiddenCharacters { get; private set; }

        public void Visit(OpenXmlElement container)
        {
            foreach (var child in container.ChildElements)
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (child)
                {
                    case Paragraph paragraph:
                        AddParagraph(paragraph);
                        break;
                    case Table table:
                        AddTable(table);
                        break;
                    case SectionProperties or TableProperties or DeletedRun or MoveFromRun:
                        break;
                    case AlternateContent choices:
                        Visit(choices.GetFirstChild<AlternateContentChoice>() ?? (OpenXmlElement)choices);
                        break;
                    default:
                        Visit(child);
                        break;
                }
            }
        }

        public void VisitNotes(MainDocumentPart part)
        {
            foreach (var note in part.FootnotesPart?.Footnotes?.Elements<Footnote>() ?? [])
            {
                AddNote(note, note.Id?.Value, "", note.Type?.Value);
            }

            foreach (var note in part.EndnotesPart?.Endnotes?.Elements<Endnote>() ?? [])
            {
                AddNote(note, note.Id?.Value, "e", note.Type?.Value);
            }
        }

        private void AddNote(OpenXmlElement note, long? id, string prefix, FootnoteEndnoteValues? type)
        {
            if (type is null || type == FootnoteEndnoteValues.Normal)
            {
                var words = string.Join(' ', note.Descendants<Paragraph>().Select(Words)).Trim();
                builder.Add(
                    DocumentBlockKind.Paragraph,
                    words.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[^{prefix}{id}]: {words}"));
            }
        }

        private void AddParagraph(Paragraph paragraph)
        {
            var text = new DocxText();
            var words = text.Of(paragraph);
            HiddenCharacters += text.HiddenCharacters;
            var level = styles.HeadingLevel(paragraph.ParagraphProperties);
            var depth = styles.ListDepth(paragraph.ParagraphProperties);
            if (level > 0)
            {
                builder.Add(DocumentBlockKind.Heading, words, level);
            }
            else if (depth > 0)
            {
                builder.Add(DocumentBlockKind.ListItem, words, depth);
            }
            else
            {
                builder.Add(DocumentBlockKind.Paragraph, words);
            }

            foreach (var box in text.Boxes)
            {
                Visit(box);
            }
        }

        private void AddTable(Table table)
        {
            var rows = new List<string>();
            foreach (var row in table.Descendants<TableRow>().Where(row => row.Ancestors<Table>().First() == table))
            {
                var cells = new List<string>();
                Skip(row.TableRowProperties?.GetFirstChild<GridBefore>()?.Val?.Value ?? 0, cells);
                foreach (var cell in row.Descendants<TableCell>().Where(cell => cell.Ancestors<TableRow>().First() == row))
                {
                    cells.Add(string.Join(' ', cell.Descendants<Paragraph>().Select(Words)).Trim());
                    Skip((cell.TableCellProperties?.GridSpan?.Val?.Value ?? 1) - 1, cells);
                }

                rows.Add(string.Join(" | ", cells));
            }

            builder.Add(DocumentBlockKind.Table, string.Join('\n', rows), headerLines: rows.Count > 1 ? 1 : 0);
        }

        /// <summary>Empty cells for the columns that a merged cell covers, so that the others stay in theirs.</summary>
        private static void Skip(int columns, List<string> cells)
        {
            const int Most = 64;
            for (var i = 0; i < Math.Min(columns, Most); i++)
            {
                cells.Add("");
            }
        }

        private string Words(Paragraph paragraph)
        {
            var text = new DocxText();
            var words = text.Of(paragraph);
            HiddenCharacters += text.HiddenCharacters;
            return words.ReplaceLineEndings(" ").Trim();
        }
    }
}
