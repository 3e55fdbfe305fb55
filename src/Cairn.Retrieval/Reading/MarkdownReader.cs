using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Cairn.Retrieval.Reading;

/// <summary>
/// Markdown (CommonMark with pipe tables and front matter). <see cref="Document.Text"/> is the decoded file itself, so
/// every offset is one of the file; front matter, HTML comments and link definitions belong to no block.
/// </summary>
/// <param name="limits">What one file may cost.</param>
public sealed class MarkdownReader(ReaderLimits limits) : IDocumentReader
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseYamlFrontMatter().UsePreciseSourceLocation().Build();

    /// <inheritdoc/>
    public string Version => "markdown/1";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() is ".MD" or ".MARKDOWN" or ".MDX" or ".MKD";
    }

    /// <inheritdoc/>
    public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
    {
        var (text, note) = TextDecoding.Decode(StreamBytes.ReadAll(stream, limits.MaxFileBytes));
        var notes = note is null ? new List<string>() : [note];
        var blocks = new List<DocumentBlock>();
        if (Parse(text) is { } markdown)
        {
            Collect(markdown, 0, 0);
        }
        else
        {
            notes.Add("The markup is nested too deeply; the file was read as plain text.");
            blocks = PlainTextReader.ParagraphBlocks(text, cancellationToken);
        }

        var title = blocks.FirstOrDefault(block => block.Kind == DocumentBlockKind.Heading).Heading;
        return new Document(path, title ?? Path.GetFileNameWithoutExtension(path), text, [], blocks)
        {
            Notes = notes,
        };

        void Collect(ContainerBlock container, int listDepth, int depth)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (depth > limits.MaxDepth)
            {
                throw new DocumentReadException(
                    DocumentReadError.TooLarge, $"Blocks are nested deeper than the {limits.MaxDepth} levels allowed.");
            }

            foreach (var block in container)
            {
                if (block is YamlFrontMatterBlock or LinkReferenceDefinitionGroup or ThematicBreakBlock or EmptyBlock)
                {
                    continue;
                }

                if (block is ContainerBlock inner and not Table)
                {
                    Collect(inner, inner is ListBlock ? listDepth + 1 : listDepth, depth + 1);
                }
                else
                {
                    Add(block, container, listDepth);
                }
            }
        }

        void Add(Block block, ContainerBlock container, int listDepth)
        {
            var (start, end) = (block.Span.Start, Math.Min(block.Span.End + 1, text.Length));
            if (start < 0 || end <= start || (blocks.Count > 0 && start < blocks[^1].End) || IsComment(block, text.AsSpan(start, end - start)))
            {
                return;
            }

            if (container is ListItemBlock item && container.Count > 0 && container[0] == block)
            {
                // The mark belongs to the item.
                start = Math.Max(item.Span.Start, blocks.Count > 0 ? blocks[^1].End : 0);
            }

            blocks.Add(block switch
            {
                HeadingBlock heading => new DocumentBlock(DocumentBlockKind.Heading, heading.Level, start, end)
                {
                    Heading = PlainText(heading.Inline),
                },
                Table table => new DocumentBlock(DocumentBlockKind.Table, 0, start, end) { HeaderEnd = HeaderEnd(table, text) },
                FencedCodeBlock fence => new DocumentBlock(DocumentBlockKind.Code, 0, start, end)
                {
                    Language = string.IsNullOrWhiteSpace(fence.Info) ? null : fence.Info.ToLowerInvariant(),
                },
                CodeBlock => new DocumentBlock(DocumentBlockKind.Code, 0, start, end),
                _ when listDepth > 0 => new DocumentBlock(DocumentBlockKind.ListItem, listDepth, start, end),
                _ when container is QuoteBlock => new DocumentBlock(DocumentBlockKind.Quote, 0, start, end),
                _ => new DocumentBlock(DocumentBlockKind.Paragraph, 0, start, end),
            });
        }
    }

    /// <summary>The parsed text; null when it is nested deeper than the parser goes.</summary>
    private static MarkdownDocument? Parse(string text)
    {
        try
        {
            return Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsComment(Block block, ReadOnlySpan<char> text) =>
        block is HtmlBlock && text.TrimStart().StartsWith("<!--") && text.TrimEnd().EndsWith("-->");

    /// <summary>Offset behind the line that rules off the header row.</summary>
    private static int HeaderEnd(Table table, string text)
    {
        if (table.FirstOrDefault() is not TableRow { IsHeader: true } header)
        {
            return 0;
        }

        var rule = text.IndexOf('\n', Math.Clamp(header.Span.End, 0, text.Length - 1));
        var behind = rule < 0 ? -1 : text.IndexOf('\n', rule + 1);
        return behind < 0 ? Math.Max(0, header.Span.End + 1) : behind + 1;
    }

    private static string PlainText(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines?.Descendants() ?? [])
        {
            _ = inline switch
            {
                LiteralInline literal => text.Append(literal.Content),
                CodeInline code => text.Append(code.Content),
                LineBreakInline => text.Append(' '),
                HtmlEntityInline entity => text.Append(entity.Transcoded),
                _ => text,
            };
        }

        return text.ToString().Trim();
    }
}
