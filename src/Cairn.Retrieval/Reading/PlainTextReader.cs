namespace Cairn.Retrieval.Reading;

/// <summary>Plain text. Blocks are paragraphs, apart by blank lines; <see cref="Document.Text"/> is the decoded file.</summary>
/// <param name="limits">What one file may cost.</param>
public sealed class PlainTextReader(ReaderLimits limits) : IDocumentReader
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".text", ".log", ".rst", ".adoc", ".asciidoc", ".org", ".tex", ".csv", ".tsv", ".srt", ".vtt",
    };

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "README", "LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "CHANGELOG", "CHANGES", "NEWS", "TODO", "INSTALL",
    };

    /// <inheritdoc/>
    public string Version => "text/1";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Extensions.Contains(Path.GetExtension(path)) || Names.Contains(Path.GetFileName(path));
    }

    /// <inheritdoc/>
    public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
    {
        var (text, note) = TextDecoding.Decode(StreamBytes.ReadAll(stream, limits.MaxFileBytes));
        var isTable = Path.GetExtension(path).ToUpperInvariant() is ".CSV" or ".TSV";
        var blocks = isTable ? TableBlock(text) : ParagraphBlocks(text, cancellationToken);
        return new Document(path, Path.GetFileNameWithoutExtension(path), text, [], blocks)
        {
            Notes = note is null ? [] : [note],
        };
    }

    /// <summary>Paragraphs between blank lines.</summary>
    internal static List<DocumentBlock> ParagraphBlocks(string text, CancellationToken cancellationToken)
    {
        var blocks = new List<DocumentBlock>();
        var (start, end) = (-1, -1);
        foreach (var line in TextLines.Of(text))
        {
            if (text.AsSpan(line.Start, line.Length).IsWhiteSpace())
            {
                Add();
                continue;
            }

            start = start < 0 ? line.Start : start;
            end = line.End;
        }

        Add();
        return blocks;

        void Add()
        {
            if (start >= 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                blocks.Add(new DocumentBlock(DocumentBlockKind.Paragraph, 0, start, end));
                start = -1;
            }
        }
    }

    private static List<DocumentBlock> TableBlock(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        var headerEnd = text.IndexOf('\n', StringComparison.Ordinal);
        return [new DocumentBlock(DocumentBlockKind.Table, 0, 0, text.Length) { HeaderEnd = headerEnd < 0 ? 0 : headerEnd + 1 }];
    }
}
