using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Cairn.Retrieval.Reading.Html;

namespace Cairn.Retrieval.Reading;

/// <summary>
/// HTML, through AngleSharp. <see cref="Document.Text"/> is the visible text: headings, paragraphs, list items, tables by
/// rows with <c> | </c> between cells, code as it is. Scripts, styles, comments, hidden elements and, on pages that mark
/// their main content, navigation and footers are left out. Nothing is fetched or run.
/// </summary>
/// <param name="limits">What one file may cost.</param>
public sealed partial class HtmlReader(ReaderLimits limits) : IDocumentReader
{
    /// <inheritdoc/>
    public string Version => "html/1";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() is ".HTML" or ".HTM" or ".XHTML";
    }

    /// <inheritdoc/>
    public Document Read(Stream stream, string path, CancellationToken cancellationToken = default)
    {
        var bytes = StreamBytes.ReadAll(stream, limits.MaxFileBytes);
        var (text, note) = Decode(bytes);
        CheckNesting(text);
        var page = new HtmlParser().ParseDocument(text);
        cancellationToken.ThrowIfCancellationRequested();
        var builder = new DocumentBuilder(limits);
        if (note is not null)
        {
            builder.Notes.Add(note);
        }

        var visibility = new HtmlVisibility(page);
        var root = MainContent(page);
        new HtmlBlocks(builder, visibility, limits.MaxDepth, isMainMarked: root != page.Body).Collect(root, cancellationToken);
        if (visibility.HiddenCharacters > 0)
        {
            builder.Notes.Add($"Left out {visibility.HiddenCharacters:N0} characters that a person does not see.");
        }

        return builder.Build(path, page.Title);
    }

    /// <summary>The element that the page itself calls its main content; else its body.</summary>
    private static IElement MainContent(AngleSharp.Html.Dom.IHtmlDocument page)
    {
        var mains = page.QuerySelectorAll("main, [role=main]");
        if (mains.Length == 1)
        {
            return mains[0];
        }

        var articles = page.QuerySelectorAll("article");
        return articles.Length == 1 ? articles[0] : page.Body ?? page.DocumentElement;
    }

    /// <summary>Decodes by byte-order mark, else by the charset that the page declares, else as plain text is.</summary>
    private static (string Text, string? Note) Decode(byte[] bytes)
    {
        const int DeclarationBytes = 2048;
        var head = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, DeclarationBytes));
        var isMarked = bytes is [0xEF, 0xBB, 0xBF, ..] or [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
        var declared = Charset().Match(head);
        if (!isMarked && declared.Success && Find(declared.Groups[1].Value) is { } encoding)
        {
            return (encoding.GetString(bytes), null);
        }

        return TextDecoding.Decode(bytes);
    }

    private static Encoding? Find(string name)
    {
        // As browsers do: Latin-1 means Windows-1252, and a page that says UTF-16 in ASCII is UTF-8.
        name = name.ToLowerInvariant() switch
        {
            "iso-8859-1" or "latin1" or "ascii" or "us-ascii" => "windows-1252",
            "utf-16" or "utf-16le" or "utf-16be" => "utf-8",
            var other => other,
        };
        if (name == "utf-8")
        {
            return null;
        }

        return CodePagesEncodingProvider.Instance.GetEncoding(name);
    }

    /// <summary>Refuses open elements by the ten thousand before a parser has to hold them.</summary>
    private void CheckNesting(string text)
    {
        var (depth, deepest) = (0, 0);
        foreach (var tag in Tags().EnumerateMatches(text))
        {
            var isEnd = text[tag.Index + 1] == '/';
            depth = Math.Max(0, depth + (isEnd ? -1 : 1));
            deepest = Math.Max(deepest, depth);
        }

        // Elements that need no end tag make the count rise on honest pages; a real page stays far below this.
        const int UnclosedPerLevel = 64;
        if (deepest > limits.MaxDepth * UnclosedPerLevel)
        {
            throw new DocumentReadException(
                DocumentReadError.TooLarge, $"{deepest:N0} elements are open at once; the limit is {limits.MaxDepth * UnclosedPerLevel:N0}.");
        }
    }

    [GeneratedRegex("""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", RegexOptions.IgnoreCase)]
    private static partial Regex Charset();

    [GeneratedRegex("</?(?!br|img|input|meta|link|hr|wbr|p\\b|li\\b|td\\b|tr\\b|th\\b|option|area|col)[a-zA-Z]")]
    private static partial Regex Tags();
}
