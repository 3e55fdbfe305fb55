using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Chunking;
using Cairn.Retrieval.Search;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Takes passages apart into the sentences that may be quoted.</summary>
public static class SentenceFinder
{
    private const string HeadingSeparator = " > ";
    private const int LongestHeading = 9;
    private const int LongestText = 900;
    private const int LongestItem = 240;
    private const string Fence = "```";

    /// <summary>The sentences of a passage in order, headings and table rules left out.</summary>
    public static IReadOnlyList<SentenceCandidate> Find(RankedChunk passage)
    {
        ArgumentNullException.ThrowIfNull(passage);
        var chunk = passage.Chunk.Chunk;
        var path = chunk.HeadingPath.Split(HeadingSeparator, StringSplitOptions.RemoveEmptyEntries);
        var header = path.Length > 0 ? PlainText.Cells(path[^1]) : [];
        var heading = path.LastOrDefault(name => !IsRow(name)) ?? passage.Chunk.Title;
        var found = new List<SentenceCandidate>();
        var previous = "";
        var leadIn = "";
        foreach (var span in Pieces(chunk.Text))
        {
            var quote = span.Of(chunk.Text);
            var isCode = quote.StartsWith(Fence, StringComparison.Ordinal);
            var isRow = !isCode && IsRow(quote);
            if (!isCode && !isRow && IsHeading(quote, chunk.Text, span))
            {
                (heading, header, previous, leadIn) = (PlainText.From(quote), [], "", "");
                continue;
            }

            var cells = isRow ? PlainText.Cells(quote) : [];
            if (isRow && (cells.Count == 0 || IsHeader(quote, cells, header)))
            {
                header = cells.Count > 0 ? cells : header;
                continue;
            }

            header = isRow ? header : [];
            var text = isCode ? PlainText.Code(quote) : isRow ? RowText(header, cells) : PlainText.From(quote);
            if (text.Length is 0 or > LongestText)
            {
                continue;
            }

            var kind = isCode ? SentenceKind.Code : KindOf(quote, text, isRow, cells.Count == 2 && header.Count != 2);
            leadIn = kind switch
            {
                SentenceKind.LeadIn => text,
                SentenceKind.ListItem or SentenceKind.TableRow or SentenceKind.Field => leadIn,
                _ => "",
            };
            var context = kind is SentenceKind.ListItem && leadIn.Length > 0 ? leadIn : isRow ? string.Join(", ", header) : previous;
            if (found.Count > 0)
            {
                found[^1] = found[^1] with { Next = text };
            }

            found.Add(new SentenceCandidate(
                passage, found.Count, chunk.Start + span.Start, chunk.Start + span.End, quote, text, kind, heading, context, ""));
            previous = text;
        }

        return WithForms(found);
    }

    // The fields of one form are each other's context.
    private static List<SentenceCandidate> WithForms(List<SentenceCandidate> found)
    {
        for (var first = 0; first < found.Count; first++)
        {
            var last = first;
            while (last < found.Count && found[last].Kind == SentenceKind.Field)
            {
                last++;
            }

            var form = string.Join("; ", found.Skip(first).Take(last - first).Select(field => field.Text));
            for (var i = first; i < last; i++)
            {
                found[i] = found[i] with { Context = form };
            }

            first = Math.Max(first, last);
        }

        return found;
    }

    // A list item is one statement: its label ("- **Cost.**") and its sentences stay together while they are short.
    // A fenced block is one piece however many lines it has.
    private static List<TextSpan> Pieces(string text)
    {
        var pieces = new List<TextSpan>();
        foreach (var part in Fences(text).SelectMany(part => Rows(text, part)))
        {
            if (text.AsSpan(part.Start).StartsWith(Fence) || IsRow(part.Of(text)))
            {
                pieces.Add(part);
                continue;
            }

            var first = pieces.Count;
            foreach (var span in SentenceSplitter.Split(text, part.Start, part.End))
            {
                if (pieces.Count > first && ContinuesItem(text, pieces[^1], span))
                {
                    pieces[^1] = pieces[^1] with { End = span.End };
                }
                else
                {
                    pieces.Add(span);
                }
            }
        }

        return pieces;
    }

    private static IEnumerable<TextSpan> Fences(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var line = text.AsSpan(at).StartsWith(Fence) ? at - 1 : text.IndexOf("\n" + Fence, at, StringComparison.Ordinal);
            var open = line < at - 1 ? text.Length : line + 1;
            if (open > at)
            {
                yield return new TextSpan(at, open);
            }

            if (open == text.Length)
            {
                yield break;
            }

            var close = text.IndexOf("\n" + Fence, open + Fence.Length, StringComparison.Ordinal);
            at = close < 0 ? text.Length : close + 1 + Fence.Length;
            yield return new TextSpan(open, at);
        }
    }

    // Each row of a table is a piece of its own, also where its line has no bar at the ends.
    private static IEnumerable<TextSpan> Rows(string text, TextSpan part)
    {
        if (text.AsSpan(part.Start).StartsWith(Fence))
        {
            yield return part;
            yield break;
        }

        var prose = part.Start;
        for (var start = part.Start; start < part.End;)
        {
            var end = text.IndexOf('\n', start, part.End - start);
            end = end < 0 ? part.End : end;
            if (IsRow(text[start..end]))
            {
                if (start > prose)
                {
                    yield return new TextSpan(prose, start);
                }

                yield return Trim(text, start, end);
                prose = end;
            }

            start = end + 1;
        }

        if (prose < part.End)
        {
            yield return new TextSpan(prose, part.End);
        }
    }

    private static TextSpan Trim(string text, int start, int end)
    {
        while (char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return new TextSpan(start, end);
    }

    private static bool IsRow(string line) =>
        !line.Contains('\n', StringComparison.Ordinal) && (line.AsSpan().TrimStart().StartsWith("|") || line.Contains(" | ", StringComparison.Ordinal));

    // Markdown's first row is the header. Elsewhere a header is a row of three columns or more without figures; years
    // are no figures.
    private static bool IsHeader(string quote, IReadOnlyList<string> cells, IReadOnlyList<string> header) =>
        quote[0] == '|'
            ? header.Count == 0
            : cells.Count > 2 && cells.Skip(1).All(cell => WordReader.Read(cell).TrueForAll(word => !char.IsAsciiDigit(word.Text[0]) || IsYear(word)));

    private static bool IsYear(Word word) => word.Text.Length == 4 && (word.Text.StartsWith("19", StringComparison.Ordinal) || word.Text.StartsWith("20", StringComparison.Ordinal));

    private static bool ContinuesItem(string text, TextSpan item, TextSpan next) =>
        IsMark(text[item.Start])
        && PlainText.From(item.Of(text)).Length < item.Length
        && next.End - item.Start <= LongestItem
        && !text.AsSpan(item.End, next.Start - item.End).Contains('\n');

    private static bool IsMark(char c) => c is '-' or '*' or '+' or '•' or '▪' or '‣' || char.IsAsciiDigit(c);

    // "See also: A · B · C" leads elsewhere and states nothing.
    private static bool IsMostlyLinks(string quote, string text)
    {
        var links = PlainText.LinkTexts(quote);
        return links.Count > 1 && links.Sum(link => link.Length) * 5 > text.Length * 2;
    }

    private static string RowText(IReadOnlyList<string> header, IReadOnlyList<string> cells)
    {
        // A header without a word over the first column has one cell less.
        var shift = header.Count == cells.Count - 1 ? 1 : 0;
        var named = cells.Skip(1)
            .Select((cell, i) => i + 1 - shift < header.Count && header[i + 1 - shift].Length > 0 ? $"{header[i + 1 - shift]}: {cell}" : cell)
            .Where(cell => cell.Length > 0);
        return cells.Count == 1 ? cells[0] : $"{cells[0].TrimEnd(':')} — {string.Join("; ", named)}";
    }

    private static bool IsHeading(string quote, string text, TextSpan span)
    {
        if (quote[0] == '#')
        {
            return quote.TrimStart('#').StartsWith(' ');
        }

        var endsLine = span.End >= text.Length || text[span.End] is '\n' or '\r';
        return endsLine
            && (char.IsUpper(quote[0]) || char.IsDigit(quote[0]))
            && (char.IsLetterOrDigit(quote[^1]) || quote[^1] == ')')
            && !quote.Contains('\n', StringComparison.Ordinal)
            && WordReader.Read(quote) is { } words
            && words.Count <= LongestHeading
            && !quote.AsSpan().ContainsAny("$€£%")
            && words.TrueForAll(word => !word.IsNumber || word.Start <= 4 || word.Stem.Length <= 2);
    }

    private static SentenceKind KindOf(string quote, string text, bool isRow, bool isField)
    {
        if (isRow)
        {
            // "[Topic](topic.md) | in one line" leads elsewhere and states nothing.
            return PlainText.StartsWithLinkCell(quote) ? SentenceKind.Fragment : isField ? SentenceKind.Field : SentenceKind.TableRow;
        }

        if (IsMostlyLinks(quote, text))
        {
            return SentenceKind.Fragment;
        }

        if (text.EndsWith(':'))
        {
            return SentenceKind.LeadIn;
        }

        var isItem = IsMark(quote[0]) && PlainText.From(quote).Length < quote.Length;
        return isItem ? SentenceKind.ListItem : text.Contains(' ', StringComparison.Ordinal) ? SentenceKind.Prose : SentenceKind.Fragment;
    }
}
