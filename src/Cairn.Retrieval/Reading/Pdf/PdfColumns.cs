namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Brings the lines of a page into reading order: one column after the other, tables by rows.</summary>
/// <remarks>
/// Looks for an upright strip that no line of a run crosses and that has running text on both sides; what has not is a
/// table, whose rows stay together. The halves are searched again, so three columns are found as well.
/// </remarks>
internal static class PdfColumns
{
    private const int MostDepth = 3;
    private const int FewestLines = 4;
    private const double Step = 3;
    private const double FewestCharacters = 16;
    private const double FewestLetters = 0.6;
    private const double FewestUndivided = 0.7;
    private const double CellGap = 1.5;

    /// <summary>Groups of lines in reading order; each group is one column, or one stretch of full width.</summary>
    public static List<List<PdfLine>> Order(List<PdfLine> lines, int depth = 0)
    {
        if (depth >= MostDepth || FindGutter(lines) is not { } gutter)
        {
            return lines.Count == 0 ? [] : [lines];
        }

        var groups = new List<List<PdfLine>>();
        var full = new List<PdfLine>();
        foreach (var (isColumns, run) in Runs(lines, gutter))
        {
            if (!isColumns)
            {
                full.AddRange(run);
                continue;
            }

            Flush();
            groups.AddRange(Order(Side(run, gutter, isLeft: true), depth + 1));
            groups.AddRange(Order(Side(run, gutter, isLeft: false), depth + 1));
        }

        Flush();
        return groups;

        void Flush()
        {
            if (full.Count > 0)
            {
                groups.Add(full);
                full = [];
            }
        }
    }

    /// <summary>The place that splits most lines into two columns of text; null when there is none.</summary>
    private static double? FindGutter(List<PdfLine> lines)
    {
        if (lines.Count < FewestLines)
        {
            return null;
        }

        var (left, right) = (lines.Min(line => line.Left), lines.Max(line => line.Right));
        var margin = (right - left) * 0.15;
        var (best, mostLines, first, last) = (0.0, 0, 0.0, 0.0);
        for (var x = left + margin; x <= right - margin && x - left < 5000; x += Step)
        {
            var count = Runs(lines, x).Where(run => run.IsColumns).Sum(run => run.Lines.Count);
            if (count > mostLines)
            {
                (mostLines, first, last) = (count, x, x);
            }
            else if (count == mostLines && count > 0 && x - last <= Step * 1.5)
            {
                last = x;
            }

            best = (first + last) / 2;
        }

        return mostLines > 0 ? best : null;
    }

    /// <summary>Runs of lines that leave the place free and have text on both sides, and the runs between them.</summary>
    private static List<(bool IsColumns, List<PdfLine> Lines)> Runs(List<PdfLine> lines, double x)
    {
        var runs = new List<(bool IsColumns, List<PdfLine> Lines)>();
        var start = 0;
        for (var i = 1; i <= lines.Count; i++)
        {
            if (i < lines.Count && Crosses(lines[i], x) == Crosses(lines[start], x))
            {
                continue;
            }

            var run = lines.GetRange(start, i - start);
            runs.Add((run.Count >= FewestLines && !Crosses(run[0], x) && IsText(run, x, isLeft: true) && IsText(run, x, isLeft: false), run));
            start = i;
        }

        return runs;
    }

    private static bool Crosses(PdfLine line, double x)
    {
        foreach (var segment in line.Segments)
        {
            if (segment.Left < x && segment.Right > x)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(List<PdfLine> run, double x, bool isLeft)
    {
        var (lines, undivided, characters, letters) = (0, 0, 0, 0);
        foreach (var line in run)
        {
            PdfSegment? last = null;
            var isDivided = false;
            foreach (var segment in line.Segments)
            {
                if (segment.Right <= x == isLeft)
                {
                    isDivided |= last is not null && segment.Left - last.Right > CellGap * segment.Size;
                    last = segment;
                    characters += segment.Characters;
                    letters += segment.Letters;
                }
            }

            lines += last is null ? 0 : 1;
            undivided += last is null || isDivided ? 0 : 1;
        }

        // A column of text has one piece on each line; half a table has several cells.
        return lines >= 3 && characters >= lines * FewestCharacters && letters >= characters * FewestLetters
            && undivided >= lines * FewestUndivided;
    }

    private static List<PdfLine> Side(List<PdfLine> run, double x, bool isLeft)
    {
        var side = new List<PdfLine>();
        foreach (var line in run)
        {
            var segments = line.Segments.Where(segment => segment.Right <= x == isLeft).ToList();
            if (segments.Count > 0)
            {
                side.Add(new PdfLine(line.Baseline, segments));
            }
        }

        return side;
    }
}
