using System.Buffers;
using Cairn.Models.Tokenizers.Algorithms;
using Cairn.Models.Tokenizers.Normalization;

namespace Cairn.Models.Tokenizers;

/// <summary>Collects the tokens of a text: only their number, the ids, or the ids with their ranges.</summary>
internal sealed class TokenSink(TokenSinkMode mode) : IDisposable
{
    private int[] _ids = mode == TokenSinkMode.Count ? [] : ArrayPool<int>.Shared.Rent(256);
    private TextRange[] _ranges = mode == TokenSinkMode.Ranges ? ArrayPool<TextRange>.Shared.Rent(256) : [];

    public bool TracksRanges => mode == TokenSinkMode.Ranges;

    public int Count { get; private set; }

    public void Add(int id, TextRange range)
    {
        Reserve(1);
        if (mode != TokenSinkMode.Count) _ids[Count] = id;
        if (TracksRanges) _ranges[Count] = range;
        Count++;
    }

    /// <summary>Adds a piece of the original text.</summary>
    public void Add(EncodedPiece piece, int start)
    {
        Reserve(piece.Ids.Length);
        if (mode != TokenSinkMode.Count) piece.Ids.CopyTo(_ids, Count);
        for (var i = 0; TracksRanges && i < piece.Ranges.Length; i++)
        {
            var range = piece.Ranges[i];
            _ranges[Count + i] = new TextRange(start + range.Start, start + range.End);
        }

        Count += piece.Ids.Length;
    }

    /// <summary>Adds a piece of normalised text.</summary>
    public void Add(EncodedPiece piece, int start, TextBuffer normalized)
    {
        var first = Count;
        Add(piece, start);
        for (var i = first; TracksRanges && i < Count; i++)
        {
            _ranges[i] = normalized.RangeOf(_ranges[i]);
        }
    }

    public int[] ToIds() => _ids.AsSpan(0, Count).ToArray();

    public TextRange[] ToRanges() => _ranges.AsSpan(0, Count).ToArray();

    public void Dispose()
    {
        if (mode != TokenSinkMode.Count) ArrayPool<int>.Shared.Return(_ids);
        if (TracksRanges) ArrayPool<TextRange>.Shared.Return(_ranges);
        (_ids, _ranges, Count) = ([], [], 0);
    }

    private void Reserve(int more)
    {
        if (mode != TokenSinkMode.Count && Count + more > _ids.Length) _ids = Grow(_ids, more);
        if (TracksRanges && Count + more > _ranges.Length) _ranges = Grow(_ranges, more);
    }

    private T[] Grow<T>(T[] array, int more)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(array.Length * 2, Count + more));
        array.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        return larger;
    }
}
