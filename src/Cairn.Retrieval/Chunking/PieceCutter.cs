using Cairn.Abstractions;
using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Chunking;

/// <summary>Cuts a document into pieces of at most a number of tokens: blocks, else sentences or lines, else words.</summary>
internal sealed class PieceCutter(Document document, ITokenCounter counter, int maxTokens, HeadingPaths paths)
{
    // A tokenizer may count a word of any length as one unknown token.
    private const int CharactersPerToken = 12;

    private readonly List<Piece> _pieces = [];
    private int _room;
    private Section _section = new([]);
    private bool _opensSection = true;

    private int MaxCharacters => maxTokens * CharactersPerToken;

    public List<Piece> Cut(CancellationToken cancellationToken)
    {
        for (var i = 0; i < document.Blocks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = document.Blocks[i];
            if (block.Kind == DocumentBlockKind.Heading)
            {
                CutHeading(block, i);
            }
            else
            {
                CutBlock(block, i);
            }
        }

        return _pieces;
    }

    private void CutHeading(DocumentBlock block, int index)
    {
        var text = (block.Heading ?? document.Text[block.Start..block.End]).ReplaceLineEndings(" ").Trim();
        var parent = new Section([.. _section.Headings.TakeWhile(outer => outer.Level < block.Level)]);
        var hasBody = index + 1 < document.Blocks.Count
            && (document.Blocks[index + 1].Kind != DocumentBlockKind.Heading || document.Blocks[index + 1].Level > block.Level);
        if (!hasBody)
        {
            (_section, _opensSection) = (parent, true);
            CutBlock(block, index);
        }

        (_section, _opensSection) = (parent.Enter(new SectionHeading(block.Level, text, block.Start)), true);
    }

    private void CutBlock(DocumentBlock block, int index)
    {
        var (start, end) = Trim(block.Start, block.End);
        if (start == end)
        {
            return;
        }

        _room = maxTokens - paths.Of(_section, _section.Headings.Count, null).Tokens;

        if (TryAdd(start, end, index, isRow: false, header: null))
        {
            return;
        }

        if (block.Kind is DocumentBlockKind.Table or DocumentBlockKind.Code)
        {
            CutLines(block, start, end, index);
            return;
        }

        foreach (var sentence in SentenceSplitter.Split(document.Text, start, end))
        {
            if (!TryAdd(sentence.Start, sentence.End, index, isRow: false, header: null))
            {
                CutWords(sentence.Start, sentence.End, index, isRow: false, header: null);
            }
        }
    }

    private void CutLines(DocumentBlock block, int start, int end, int index)
    {
        var header = block.HeaderEnd > start ? HeaderText(start, Math.Min(block.HeaderEnd, end)) : null;
        _room = maxTokens - (header is null ? maxTokens - _room : paths.Of(_section, _section.Headings.Count, header).Tokens);
        var line = start;
        while (line < end)
        {
            var stop = document.Text.IndexOf('\n', line, end - line);
            stop = stop < 0 ? end : stop;
            var (first, last) = Trim(line, stop);
            var above = first >= block.HeaderEnd ? header : null;
            if (first < last && !TryAdd(line, last, index, isRow: true, above))
            {
                CutWords(first, last, index, isRow: true, above);
            }

            line = stop + 1;
        }
    }

    /// <summary>The first line of a table's header without the bars at its ends.</summary>
    private string? HeaderText(int start, int end)
    {
        var stop = document.Text.IndexOf('\n', start, end - start);
        var line = document.Text[start..(stop < 0 ? end : stop)].Trim().Trim('|').Replace('\t', ' ').Trim();
        return line.Length == 0 ? null : line;
    }

    private void CutWords(int start, int end, int block, bool isRow, string? header)
    {
        var first = start;
        var (tokens, position) = (0, start);
        while (position < end)
        {
            var stop = WordEnd(position, end);
            var count = counter.Count(document.Text.AsSpan(position, stop - position));
            if (position > first && (tokens + count > _room || stop - first > MaxCharacters))
            {
                Add(first, position, tokens, block, isRow, header);
                (first, tokens) = (position, 0);
            }

            if (position == first && (count > _room || stop - first > MaxCharacters))
            {
                stop = Shorten(position, stop);
                count = counter.Count(document.Text.AsSpan(position, stop - position));
            }

            tokens += count;
            position = stop;
        }

        Add(first, end, tokens, block, isRow, header);
    }

    /// <summary>Offset behind the word at <paramref name="at"/> and the white space that follows it.</summary>
    private int WordEnd(int at, int end)
    {
        var limit = Math.Min(end, at + MaxCharacters + 1);
        while (at < limit && !char.IsWhiteSpace(document.Text[at]))
        {
            at++;
        }

        while (at < limit && char.IsWhiteSpace(document.Text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Cuts one long word until it fits, never inside a character.</summary>
    private int Shorten(int start, int end)
    {
        end = Math.Min(end, start + MaxCharacters);
        while (end - start > 2 && counter.Count(document.Text.AsSpan(start, end - start)) > _room)
        {
            end = start + ((end - start) / 2);
        }

        return end - start > 1 && char.IsHighSurrogate(document.Text[end - 1]) ? end - 1 : end;
    }

    private bool TryAdd(int start, int end, int block, bool isRow, string? header)
    {
        if (end - start > MaxCharacters)
        {
            return false;
        }

        var tokens = counter.Count(document.Text.AsSpan(start, end - start));
        if (tokens > _room)
        {
            return false;
        }

        Add(start, end, tokens, block, isRow, header);
        return true;
    }

    private void Add(int start, int end, int tokens, int block, bool isRow, string? header)
    {
        var (first, last) = Trim(start, end);
        if (first < last)
        {
            // Code keeps the indentation of its first line.
            _pieces.Add(new Piece(isRow ? start : first, last, tokens, _section, _opensSection, block, isRow, header));
            _opensSection = false;
        }
    }

    private (int Start, int End) Trim(int start, int end)
    {
        var text = document.Text;
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return (start, end);
    }
}
