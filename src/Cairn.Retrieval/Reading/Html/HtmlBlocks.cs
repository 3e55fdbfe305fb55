using System.Text;
using AngleSharp.Dom;

namespace Cairn.Retrieval.Reading.Html;

/// <summary>Walks a page and collects its blocks.</summary>
internal sealed class HtmlBlocks(DocumentBuilder builder, HtmlVisibility visibility, int maxDepth, bool isMainMarked)
{
    private static readonly HashSet<string> BlockNames = new(StringComparer.Ordinal)
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "main", "menu",
        "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "ul",
    };

    private readonly StringBuilder _inline = new();

    public void Collect(IElement root, CancellationToken cancellationToken)
    {
        Visit(root, new Place(DocumentBlockKind.Paragraph, 0), 0, cancellationToken);
        Flush(new Place(DocumentBlockKind.Paragraph, 0));
    }

    private void Visit(INode node, Place place, int depth, CancellationToken cancellationToken)
    {
        if (depth > maxDepth)
        {
            throw new DocumentReadException(
                DocumentReadError.TooLarge, $"Elements are nested deeper than the {maxDepth} levels allowed.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (var child in node.ChildNodes)
        {
            if (child is IText text)
            {
                AppendText(text.Data);
            }
            else if (child is IElement element && visibility.IsShown(element) && !IsBoilerplate(element))
            {
                VisitElement(element, place, depth + 1, cancellationToken);
            }
        }
    }

    private void VisitElement(IElement element, Place place, int depth, CancellationToken cancellationToken)
    {
        var name = element.LocalName;
        if (name == "br")
        {
            AppendText(" ");
            return;
        }

        if (name == "img")
        {
            AppendText(element.GetAttribute("alt") is { Length: > 0 and < 300 } alt ? $" {alt} " : "");
            return;
        }

        if (!BlockNames.Contains(name))
        {
            Visit(element, place, depth, cancellationToken);
            return;
        }

        Flush(place);
        switch (name)
        {
            case "table" when IsDataTable(element):
                AddTable(element, depth);
                return;
            case "pre":
                builder.Add(DocumentBlockKind.Code, element.TextContent.ReplaceLineEndings("\n"), language: LanguageOf(element));
                return;
        }

        var inner = name switch
        {
            ['h', >= '1' and <= '6'] => new Place(DocumentBlockKind.Heading, name[1] - '0'),
            "ul" or "ol" or "menu" => place with { Level = place.Kind == DocumentBlockKind.ListItem ? place.Level + 1 : 1, Kind = DocumentBlockKind.ListItem },
            "blockquote" => new Place(DocumentBlockKind.Quote, 0),
            _ => place,
        };
        Visit(element, inner, depth, cancellationToken);
        Flush(inner);
    }

    /// <summary>Navigation, always; heads, asides and feet where the page marks its main content.</summary>
    private bool IsBoilerplate(IElement element) =>
        element.LocalName == "nav" || element.GetAttribute("role") is "navigation"
        || (isMainMarked && (element.LocalName is "aside" or "footer" || element.GetAttribute("role") is "banner" or "contentinfo" or "complementary"));

    /// <summary>A table of one cell, or one that holds whole sections, only arranges the page.</summary>
    private static bool IsDataTable(IElement table) =>
        table.QuerySelectorAll("td, th").Length > 1 && table.QuerySelector("h1, h2, h3, h4, form, table table") is null;

    private void AddTable(IElement table, int depth)
    {
        if (table.QuerySelector("caption") is { } caption && visibility.IsShown(caption))
        {
            builder.Add(DocumentBlockKind.Paragraph, Collapse(caption.TextContent));
        }

        var rows = new List<string>();
        var headers = 0;
        foreach (var row in table.QuerySelectorAll("tr").Where(visibility.IsShown))
        {
            var cells = row.Children.Where(cell => cell.LocalName is "td" or "th" && visibility.IsShown(cell)).ToList();
            if (cells.Count == 0)
            {
                continue;
            }

            headers = rows.Count == headers && cells.TrueForAll(cell => cell.LocalName == "th") ? headers + 1 : headers;
            rows.Add(string.Join(" | ", cells.Select(cell => CellText(cell, depth))));
        }

        builder.Add(DocumentBlockKind.Table, string.Join('\n', rows), headerLines: headers);
    }

    private string CellText(IElement cell, int depth)
    {
        var text = new StringBuilder();
        Append(cell, depth);
        return Collapse(text.ToString());

        void Append(INode node, int level)
        {
            foreach (var child in node.ChildNodes)
            {
                if (child is IText words)
                {
                    text.Append(words.Data);
                }
                else if (child is IElement element && level < maxDepth && visibility.IsShown(element))
                {
                    var isBlock = element.LocalName == "br" || BlockNames.Contains(element.LocalName);
                    text.Append(isBlock ? " " : "").Append(element.LocalName == "img" ? element.GetAttribute("alt") : "");
                    Append(element, level + 1);
                    text.Append(isBlock ? " " : "");
                }
            }
        }
    }

    private void AppendText(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                _inline.Append(c);
            }
            else if (_inline.Length > 0 && _inline[^1] != ' ')
            {
                _inline.Append(' ');
            }
        }
    }

    private void Flush(Place place)
    {
        builder.Add(place.Kind, _inline.ToString(), place.Level);
        _inline.Clear();
    }

    private static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string? LanguageOf(IElement pre)
    {
        var names = pre.ClassList.Concat(pre.QuerySelector("code")?.ClassList ?? Enumerable.Empty<string>());
        return names.FirstOrDefault(name => name.StartsWith("language-", StringComparison.Ordinal))?["language-".Length..];
    }

    /// <summary>What the text of an element becomes.</summary>
    private readonly record struct Place(DocumentBlockKind Kind, int Level);
}
