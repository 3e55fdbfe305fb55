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
        var heading = path.LastOrDefault(name => name[0] != '|') ?? passage.Chunk.Title;
        var found = new List<SentenceCandidate>();
        var previous = "";
        var leadIn = "";
        foreach (var span in Pieces(chunk.Text))
        {
            var quote = span.Of(chunk.Text);
            var isCode = quote.StartsWith(Fence, StringComparison.Ordinal);
            if (!isCode && IsHeading(quote, chunk.Text, span))
            {
                (heading, header, previous, leadIn) = (PlainText.From(quote), [], "", "");
                continue;
            }

            var isRow = quote[0] == '|';
            var cells = isRow ? PlainText.Cells(quote) : [];
            if (isRow && (cells.Count == 0 || header.Count == 0))
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

            var kind = isCode ? SentenceKind.Code : KindOf(quote, text, isRow);
            leadIn = kind switch
            {
                SentenceKind.LeadIn => text,
                SentenceKind.ListItem or SentenceKind.TableRow => leadIn,
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

        return found;
    }

    // A list item is one statement: its label ("- **Cost.**") and its sentences stay together while they are short.
    // A fenced block is one piece however many lines it has.
    private static List<TextSpan> Pieces(string text)
    {
        var pieces = new List<TextSpan>();
        foreach (var part in Fences(text))
        {
            if (text.AsSpan(part.Start).StartsWith(Fence))
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
        var named = cells.Skip(1)
            .Select((cell, i) => i + 1 < header.Count && header[i + 1].Length > 0 ? $"{header[i + 1]}: {cell}" : cell)
            .Where(cell => cell.Length > 0);
        return cells.Count == 1 ? cells[0] : $"{cells[0]} — {string.Join("; ", named)}";
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
            && !words.Exists(word => word.IsNumber && word.Start > 4);
    }

    private static SentenceKind KindOf(string quote, string text, bool isRow)
    {
        if (isRow)
        {
            return SentenceKind.TableRow;
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
