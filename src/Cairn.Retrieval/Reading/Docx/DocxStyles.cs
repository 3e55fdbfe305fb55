using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace Cairn.Retrieval.Reading.Docx;

/// <summary>What the styles of a document say about its paragraphs.</summary>
internal sealed class DocxStyles
{
    private const int Deepest = 16;

    private readonly Dictionary<string, Style> _styles;

    public DocxStyles(MainDocumentPart part)
    {
        _styles = (part.StyleDefinitionsPart?.Styles?.Elements<Style>() ?? [])
            .Where(style => style.StyleId?.Value is not null).GroupBy(style => style.StyleId!.Value!)
            .ToDictionary(group => group.Key, group => group.First());
    }

    /// <summary>Level of a heading, 1 to 6; 0 for anything else.</summary>
    public int HeadingLevel(ParagraphProperties? properties)
    {
        var outline = properties?.OutlineLevel?.Val?.Value;
        var id = properties?.ParagraphStyleId?.Val?.Value;
        for (var depth = 0; outline is null && id is not null && depth < Deepest && _styles.TryGetValue(id, out var style); depth++)
        {
            var name = style.StyleName?.Val?.Value ?? id;
            if (name.Equals("Title", StringComparison.OrdinalIgnoreCase))
            {
                return 1;
            }

            if (name.StartsWith("heading ", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(name.AsSpan("heading ".Length), CultureInfo.InvariantCulture, out var level))
            {
                return Math.Clamp(level, 1, 6);
            }

            outline = style.StyleParagraphProperties?.OutlineLevel?.Val?.Value;
            id = style.BasedOn?.Val?.Value;
        }

        const int BodyText = 9;
        return outline is >= 0 and < BodyText ? Math.Min(outline.Value + 1, 6) : 0;
    }

    /// <summary>Depth of a list item, from 1; 0 for anything else.</summary>
    public int ListDepth(ParagraphProperties? properties)
    {
        var numbering = properties?.NumberingProperties;
        var id = properties?.ParagraphStyleId?.Val?.Value;
        for (var depth = 0; numbering is null && id is not null && depth < Deepest && _styles.TryGetValue(id, out var style); depth++)
        {
            numbering = style.StyleParagraphProperties?.NumberingProperties;
            id = style.BasedOn?.Val?.Value;
        }

        var isNone = numbering?.NumberingId?.Val?.Value is 0;
        return numbering is null || isNone ? 0 : (numbering.NumberingLevelReference?.Val?.Value ?? 0) + 1;
    }
}
