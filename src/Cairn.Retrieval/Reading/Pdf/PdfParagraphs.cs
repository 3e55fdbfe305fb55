using System.Text;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Puts the lines of a column together to blocks: headings, paragraphs, list items, tables.</summary>
internal sealed class PdfParagraphs(DocumentBuilder builder, double bodySize, IReadOnlyList<double> headingSizes)
{
    // In font sizes. A paragraph ends where the gap is clearly wider than the usual one of its column.
    private const double LeastParagraphGap = 1.5;
    private const double MostParagraphGap = 2.6;
    private const double ParagraphGapRatio = 1.3;
    private const double CellGap = 1.5;
    private const double HeadingRatio = 1.15;
    private const int LongestHeading = 150;

    private readonly List<PdfLine> _open = [];
    private bool _isTable;
    private bool _isAfterTable;
    private double _paragraphGap = LeastParagraphGap;

    public void Add(List<PdfLine> column)
    {
        _paragraphGap = Math.Clamp(UsualGap(column) * ParagraphGapRatio, LeastParagraphGap, MostParagraphGap);
        foreach (var line in column.Select(JoinWords))
        {
            var isRow = line.Segments.Count > 1;
            if (_open.Count > 0 && (isRow != _isTable || (_isTable ? IsFarBelow(line, 3) : StartsParagraph(line, column))))
            {
                Flush(isBeforeRow: isRow);
            }

            _isTable = isRow;
            _open.Add(line);
        }

        Flush(isBeforeRow: false);
    }

    /// <summary>Median distance of lines in font sizes.</summary>
    private static double UsualGap(List<PdfLine> column)
    {
        var gaps = column.Zip(column.Skip(1), (upper, lower) => (upper.Baseline - lower.Baseline) / Math.Max(upper.Size, lower.Size))
            .Where(gap => gap > 0).Order().ToList();
        return gaps.Count == 0 ? 0 : gaps[gaps.Count / 2];
    }

    /// <summary>Within a column, a gap that could part columns is only a wide space unless it parts cells.</summary>
    private static PdfLine JoinWords(PdfLine line)
    {
        var segments = new List<PdfSegment> { line.Segments[0] };
        foreach (var next in line.Segments.Skip(1))
        {
            var last = segments[^1];
            var isMark = segments.Count == 1 && IsListItem(last.Text + " x");
            var isCurrency = last.Text is "$" or "€" or "£" or "¥";
            if (!isMark && !isCurrency && next.Left - last.Right > CellGap * Math.Max(last.Size, next.Size))
            {
                segments.Add(next);
                continue;
            }

            segments[^1] = new PdfSegment(
                isCurrency ? last.Text + next.Text : $"{last.Text} {next.Text}", last.Left, next.Right, Math.Max(last.Size, next.Size), last.IsBold && next.IsBold);
        }

        return segments.Count == line.Segments.Count ? line : new PdfLine(line.Baseline, segments);
    }

    private bool IsFarBelow(PdfLine line, double most) => _open[^1].Baseline - line.Baseline > most * Math.Max(line.Size, _open[^1].Size);

    private bool StartsParagraph(PdfLine line, List<PdfLine> column)
    {
        var previous = _open[^1];
        var isOtherFont = Math.Abs(line.Size - previous.Size) > previous.Size * 0.1 || line.IsBold != previous.IsBold;
        var isNewFont = isOtherFont && (line.Size > bodySize * HeadingRatio || previous.Size > bodySize * HeadingRatio || previous.IsBold || line.IsBold);
        if (isNewFont || IsFarBelow(line, _paragraphGap) || IsListItem(line.Text))
        {
            return true;
        }

        // A first line that is set in, or a last line that stops early.
        var isSetIn = line.Left > previous.Left + (line.Size * 0.8) && line.Left < previous.Left + (line.Size * 5) && previous.Text.EndsWith('.')
            && !IsListItem(_open[0].Text);
        var width = column.Max(other => other.Right) - column.Min(other => other.Left);
        var stopsEarly = previous.Right < column.Max(other => other.Right) - (width * 0.3) && previous.Text.TrimEnd() is [.., '.' or '!' or '?' or ':'];
        return isSetIn || stopsEarly;
    }

    private void Flush(bool isBeforeRow)
    {
        if (_open.Count == 0)
        {
            return;
        }

        if (_isTable && _open.Count > 1)
        {
            var rows = _open.Select(line => string.Join(" | ", line.Segments.Select(segment => segment.Text)));
            builder.Add(DocumentBlockKind.Table, string.Join('\n', rows), headerLines: 1);
            _isAfterTable = true;
        }
        else
        {
            AddText(Join(_open), isBeforeRow || _isAfterTable);
            _isAfterTable = false;
        }

        _open.Clear();
    }

    private void AddText(string text, bool isBesideTable)
    {
        var level = HeadingLevel(text, isBesideTable);
        var kind = level > 0 ? DocumentBlockKind.Heading : IsListItem(text) ? DocumentBlockKind.ListItem : DocumentBlockKind.Paragraph;
        builder.Add(kind, text, kind == DocumentBlockKind.ListItem ? 1 : level);
    }

    private int HeadingLevel(string text, bool isBesideTable)
    {
        var isShort = text.Length <= LongestHeading && _open.Count <= 3 && text.Any(char.IsLetter) && text[^1] is not ('.' or ',' or ';');
        if (!isShort)
        {
            return 0;
        }

        const int Deepest = 6;
        var size = _open.Max(line => line.Size);
        if (size >= bodySize * HeadingRatio)
        {
            var rank = headingSizes.TakeWhile(larger => larger > size + 0.25).Count();
            return Math.Min(Deepest, rank + 1);
        }

        // Bold words beside table rows name a group of rows, not a section.
        return _open.All(line => line.IsBold) && _open.Count == 1 && !isBesideTable ? Math.Min(Deepest, headingSizes.Count + 1) : 0;
    }

    private static bool IsListItem(string text)
    {
        var line = text.AsSpan().TrimStart();
        if (line.Length < 3)
        {
            return false;
        }

        if (line[0] is '•' or '▪' or '●' or '◦' or '‣' or '·' or '■' or '–' or '\uF0B7' && line[1] == ' ')
        {
            return true;
        }

        var i = line[0] == '(' ? 1 : 0;
        var first = i;
        while (i < line.Length && i - first < 3 && char.IsAsciiLetterOrDigit(line[i]))
        {
            i++;
        }

        var isNumber = i > first && (char.IsAsciiDigit(line[first]) || i - first == 1);
        return isNumber && i + 1 < line.Length && (line[i] == ')' || (line[i] == '.' && first == 0 && char.IsAsciiDigit(line[0]))) && line[i + 1] == ' ';
    }

    /// <summary>Lines as running text; a word that is divided at a line's end is put together again.</summary>
    private static string Join(List<PdfLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var next = line.Text;
            if (text.Length > 1 && next.Length > 0)
            {
                var isDivided = text[^1] is '-' or '\u00AD' or '\u2010' && char.IsLetter(text[^2]) && char.IsLower(next[0]);
                if (isDivided)
                {
                    text.Length--;
                }
                else
                {
                    text.Append(' ');
                }
            }

            text.Append(next);
        }

        return text.ToString();
    }
}
