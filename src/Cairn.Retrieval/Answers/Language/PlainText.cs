using System.Text.RegularExpressions;

namespace Cairn.Retrieval.Answers.Language;

/// <summary>Turns a stretch of a document into words for a reader: no list marks, link targets, emphasis or line breaks.</summary>
public static partial class PlainText
{
    /// <summary>The readable form of a sentence, list item, heading or table row.</summary>
    public static string From(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var text = Marks().Replace(raw, "");
        text = HyphenAtLineEnd().Replace(text, "$1$2");
        text = Image().Replace(text, "");
        text = Link().Replace(text, "$1");
        text = ReferenceLink().Replace(text, "$1");
        text = Emphasis().Replace(text, "$2");
        text = text.Replace("`", "", StringComparison.Ordinal);
        return Blank().Replace(text, " ").Trim();
    }

    /// <summary>The lines of a fenced block without its fences.</summary>
    public static string Code(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var lines = raw.ReplaceLineEndings("\n").Split('\n');
        var last = lines.Length > 1 && lines[^1].StartsWith("```", StringComparison.Ordinal) ? lines.Length - 1 : lines.Length;
        return string.Join('\n', lines[1..Math.Max(1, last)]).Trim('\n', ' ');
    }

    /// <summary>The visible texts of the links in a stretch of Markdown.</summary>
    public static IReadOnlyList<string> LinkTexts(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        return [.. Link().Matches(raw).Select(match => match.Groups[1].Value)];
    }

    /// <summary>True when the first cell of a Markdown table row is a link and nothing else: a row of a table of contents.</summary>
    public static bool StartsWithLinkCell(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        return LinkCell().IsMatch(raw);
    }

    /// <summary>The cells of a table row, <c>| a | b |</c> or <c>a | b</c>; empty when the text is not one or is the rule below a header.</summary>
    public static IReadOnlyList<string> Cells(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var row = raw.Trim();
        if (row.Length < 2 || row.Contains('\n', StringComparison.Ordinal) || Rule().IsMatch(row)
            || (row[0] != '|' && !row.Contains(" | ", StringComparison.Ordinal)))
        {
            return [];
        }

        return [.. CellEdge().Split(row.Trim('|')).Select(cell => From(cell.Replace(@"\|", "|", StringComparison.Ordinal)))];
    }

    [GeneratedRegex(@"^\s*(?:#{1,6}\s+|>\s+|(?:[-*+•▪‣]|\d{1,3}[.)]|[a-z]\))\s+)+")]
    private static partial Regex Marks();

    [GeneratedRegex(@"(\p{Ll})-\n\s*(\p{Ll})")]
    private static partial Regex HyphenAtLineEnd();

    [GeneratedRegex(@"!\[[^\]\n]*\]\([^)\n]*\)")]
    private static partial Regex Image();

    [GeneratedRegex(@"\[([^\]\n]+)\]\([^)\n]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*\|\s*\[[^\]\n]+\]\([^)\n]*\)\s*\|")]
    private static partial Regex LinkCell();

    [GeneratedRegex(@"\[([^\]\n]+)\]\[[^\]\n]*\]")]
    private static partial Regex ReferenceLink();

    [GeneratedRegex(@"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"^\|[\s:|-]+\|?$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEdge();
}
