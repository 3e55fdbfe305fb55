using Cairn.Abstractions;
using Cairn.Retrieval.Reading;

namespace Cairn.Retrieval.Chunking;

/// <summary>Joins pieces to chunks.</summary>
internal sealed class ChunkPacker(
    Document document, ITokenCounter counter, ChunkerOptions options, int maxTokens, HeadingPaths paths)
{
    private readonly List<Chunk> _chunks = [];
    private readonly List<Piece> _open = [];
    private readonly int _target = Math.Min(options.TargetTokens, maxTokens);
    private int _openTokens;
    private int _carried;
    private bool _lastIsRow;

    public void Add(Piece piece)
    {
        if (_open.Count > 0 && MustClose(piece, out var cost))
        {
            Close(piece);
            cost = piece.Tokens;
        }
        else if (_open.Count == 0)
        {
            cost = piece.Tokens + paths.Of(piece.Section, piece.Section.Headings.Count, piece.TableHeader).Tokens;
        }
        else
        {
            cost = piece.Tokens + GapTokens(piece);
        }

        _openTokens += cost;
        _open.Add(piece);
    }

    public IReadOnlyList<Chunk> Finish()
    {
        Flush();
        return _chunks;
    }

    private bool MustClose(Piece piece, out int cost)
    {
        var last = _open[^1];
        cost = 0;
        if (piece.Section != last.Section && (_openTokens >= options.MinTokens || !_open[0].OpensSection || !piece.OpensSection))
        {
            return true;
        }

        if ((piece.IsRow || last.IsRow) && piece.Block != last.Block)
        {
            return true;
        }

        if (piece.TableHeader != _open[0].TableHeader && piece.Block == last.Block && _openTokens >= options.MinTokens)
        {
            return true;
        }

        var sum = _openTokens + GapTokens(piece) + piece.Tokens;
        return sum > (_openTokens < options.MinTokens ? maxTokens : _target);
    }

    /// <summary>Tokens between the open chunk and the next piece: headings and markup, mostly none.</summary>
    private int GapTokens(Piece piece)
    {
        var gap = document.Text.AsSpan(_open[^1].End, Math.Max(0, piece.Start - _open[^1].End));
        return gap.IsWhiteSpace() ? 0 : counter.Count(gap);
    }

    /// <summary>Closes the open chunk; what introduces the next piece goes with it, and an overlap is repeated.</summary>
    private void Close(Piece next)
    {
        var introduction = TakeIntroduction(next);
        var tail = introduction.Count > 0 ? introduction : Overlap(next);
        Flush();
        var first = tail.Count > 0 ? tail[0] : next;
        _openTokens = paths.Of(first.Section, first.Section.Headings.Count, first.TableHeader).Tokens + tail.Sum(piece => piece.Tokens);
        _open.AddRange(tail);
        _carried = introduction.Count > 0 ? 0 : tail.Count;
    }

    /// <summary>Takes a last piece that ends with a colon, such as "as follows:", out of the open chunk.</summary>
    private List<Piece> TakeIntroduction(Piece next)
    {
        var last = _open[^1];
        var introduces = _open.Count - _carried > 1 && last.Section == next.Section && !last.IsRow && !next.IsRow
            && last.Block != next.Block && document.Text[last.End - 1] == ':'
            && last.Tokens <= _target / 4 && last.Tokens + next.Tokens <= _target;
        if (!introduces)
        {
            return [];
        }

        _open.RemoveAt(_open.Count - 1);
        return [last];
    }

    private List<Piece> Overlap(Piece next)
    {
        var tail = new List<Piece>();
        var tokens = 0;
        for (var i = _open.Count - 1; i > 0 && tail.Count < options.OverlapSentences; i--)
        {
            tokens += _open[i].Tokens;
            if (next.IsRow || _open[i].Block != next.Block || tokens > _target / 4)
            {
                break;
            }

            tail.Insert(0, _open[i]);
        }

        return tail;
    }

    private void Flush()
    {
        if (_open.Count > _carried)
        {
            Emit(0, _open.Count);
        }

        _open.Clear();
        (_openTokens, _carried) = (0, 0);
    }

    /// <summary>Makes a chunk of some open pieces; splits them again when the exact count is above the maximum.</summary>
    private void Emit(int first, int count)
    {
        var pieces = _open.GetRange(first, count);
        var depth = pieces[0].Section.Headings.Count;
        foreach (var piece in pieces)
        {
            depth = Math.Min(depth, pieces[0].Section.CommonDepth(piece.Section));
        }

        var crosses = depth < pieces[0].Section.Headings.Count || pieces[^1].Section.Headings.Count > depth;
        var start = crosses && pieces[0].OpensSection && depth < pieces[0].Section.Headings.Count
            ? pieces[0].Section.Headings[depth].Start
            : pieces[0].Start;
        start = Math.Max(Math.Min(start, pieces[0].Start), PreviousEnd(pieces[0].Start));
        var path = paths.Of(pieces[0].Section, depth, pieces[0].TableHeader).Path;
        var text = document.Text[start..pieces[^1].End];
        var chunk = new Chunk(
            _chunks.Count, start, pieces[^1].End, document.PageAt(start), document.PageAt(pieces[^1].End - 1), path, text, 0);
        var tokens = counter.Count(chunk.EmbeddingText);
        if (tokens > maxTokens && count > 1)
        {
            Emit(first, count / 2);
            Emit(first + (count / 2), count - (count / 2));
            return;
        }

        chunk = chunk with { TokenCount = tokens };
        if (!crosses && tokens < options.MinTokens && pieces[0].IsRow == _lastIsRow && TryExtendLast(chunk))
        {
            return;
        }

        _chunks.Add(chunk);
        _lastIsRow = pieces[^1].IsRow;
    }

    /// <summary>Puts a short rest of a section into the chunk before it, if that has room.</summary>
    private bool TryExtendLast(Chunk rest)
    {
        if (_chunks.Count == 0 || _chunks[^1].HeadingPath != rest.HeadingPath || _chunks[^1].End > rest.Start)
        {
            return false;
        }

        var last = _chunks[^1];
        var joined = last with { End = rest.End, PageLast = rest.PageLast, Text = document.Text[last.Start..rest.End] };
        var tokens = counter.Count(joined.EmbeddingText);
        if (tokens > maxTokens)
        {
            return false;
        }

        _chunks[^1] = joined with { TokenCount = tokens };
        return true;
    }

    private int PreviousEnd(int start) => _chunks.Count > 0 && _chunks[^1].End <= start ? _chunks[^1].End : 0;
}
