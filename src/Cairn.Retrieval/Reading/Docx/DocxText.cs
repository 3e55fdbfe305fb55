using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;
using M = DocumentFormat.OpenXml.Math;

namespace Cairn.Retrieval.Reading.Docx;

/// <summary>The words of a paragraph as they are printed: insertions in, deletions, hidden and white runs out.</summary>
internal sealed class DocxText
{
    private const int TinyHalfPoints = 4;

    /// <summary>Characters left out because nobody sees them.</summary>
    public int HiddenCharacters { get; private set; }

    /// <summary>Text boxes met in the paragraph; they are blocks of their own.</summary>
    public List<TextBoxContent> Boxes { get; } = [];

    public string Of(OpenXmlElement paragraph)
    {
        var text = new StringBuilder();
        Append(paragraph, text);
        return text.ToString();
    }

    private void Append(OpenXmlElement element, StringBuilder text)
    {
        foreach (var child in element.ChildElements)
        {
            switch (child)
            {
                case DeletedRun or MoveFromRun or DeletedText or FieldCode or ParagraphProperties or RunProperties or CommentReference:
                    break;
                case Run run when IsHidden(run):
                    HiddenCharacters += run.InnerText.Count(c => !char.IsWhiteSpace(c));
                    break;
                case Text words:
                    text.Append(words.Text);
                    break;
                case M.Text formula:
                    text.Append(formula.Text);
                    break;
                case TabChar or Break or CarriageReturn:
                    text.Append(' ');
                    break;
                case NoBreakHyphen:
                    text.Append('-');
                    break;
                case SymbolChar { Char.Value: { } code } when int.TryParse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value):
                    text.Append(value is > 31 and < 0xD800 ? (char)value : ' ');
                    break;
                case FootnoteReference note:
                    text.Append(CultureInfo.InvariantCulture, $"[^{note.Id?.Value}]");
                    break;
                case EndnoteReference note:
                    text.Append(CultureInfo.InvariantCulture, $"[^e{note.Id?.Value}]");
                    break;
                case AlternateContent choices:
                    // The same content twice, for newer and for older programs.
                    Append(choices.GetFirstChild<AlternateContentChoice>() ?? (OpenXmlElement?)choices.GetFirstChild<AlternateContentFallback>() ?? new Run(), text);
                    break;
                case TextBoxContent box:
                    Boxes.Add(box);
                    break;
                default:
                    Append(child, text);
                    break;
            }
        }
    }

    private static bool IsHidden(Run run)
    {
        var properties = run.RunProperties;
        if (properties is null)
        {
            return false;
        }

        var isVanished = properties.Vanish is { } vanish && (vanish.Val is null || vanish.Val.Value);
        var isWhite = properties.Color?.Val?.Value is { } color && color.Equals("FFFFFF", StringComparison.OrdinalIgnoreCase)
            && properties.Shading is null && properties.Highlight is null;
        var isTiny = int.TryParse(properties.FontSize?.Val?.Value, CultureInfo.InvariantCulture, out var size) && size <= TinyHalfPoints;
        return isVanished || isWhite || isTiny;
    }
}
