using System.Buffers;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Text being normalised; if asked to, it remembers for every UTF-16 unit the range of the original it stands for.</summary>
internal sealed class TextBuffer(bool tracksRanges) : IDisposable
{
    private char[] _characters = ArrayPool<char>.Shared.Rent(256);
    private TextRange[] _ranges = tracksRanges ? ArrayPool<TextRange>.Shared.Rent(256) : [];

    public bool TracksRanges { get; } = tracksRanges;

    public int Length { get; private set; }

    public ReadOnlySpan<char> Text => _characters.AsSpan(0, Length);

    /// <summary>The original range of a unit; empty at 0 when ranges are not tracked.</summary>
    public TextRange RangeAt(int index) => TracksRanges ? _ranges[index] : default;

    /// <summary>The original range of several units.</summary>
    public TextRange RangeOf(TextRange range) => range.Length == 0
        ? default
        : new TextRange(RangeAt(range.Start).Start, RangeAt(range.End - 1).End);

    public void Clear() => Length = 0;

    /// <summary>Adds original text; both halves of a surrogate pair stand for the whole.</summary>
    public void AppendOriginal(ReadOnlySpan<char> text, int position)
    {
        Reserve(text.Length);
        text.CopyTo(_characters.AsSpan(Length));
        for (var i = 0; TracksRanges && i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var range = new TextRange(position + i, position + i + (isPair ? 2 : 1));
            _ranges[Length + i] = range;
            if (isPair) _ranges[Length + ++i] = range;
        }

        Length += text.Length;
    }

    public void Append(char character, TextRange range)
    {
        Reserve(1);
        if (TracksRanges) _ranges[Length] = range;
        _characters[Length++] = character;
    }

    public void AppendCodePoint(int codePoint, TextRange range)
    {
        if (codePoint <= char.MaxValue)
        {
            Append((char)codePoint, range);
            return;
        }

        Append((char)(((codePoint - 0x10000) >> 10) + 0xD800), range);
        Append((char)(((codePoint - 0x10000) & 0x3FF) + 0xDC00), range);
    }

    /// <summary>Adds a part of another buffer with its ranges.</summary>
    public void Append(TextBuffer source, int start, int end)
    {
        Reserve(end - start);
        source._characters.AsSpan(start, end - start).CopyTo(_characters.AsSpan(Length));
        if (TracksRanges) source._ranges.AsSpan(start, end - start).CopyTo(_ranges.AsSpan(Length));
        Length += end - start;
    }

    /// <summary>Drops a character from the end as long as it stands there.</summary>
    public void TrimEnd(char character)
    {
        while (Length > 0 && _characters[Length - 1] == character)
        {
            Length--;
        }
    }

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_characters);
        if (TracksRanges) ArrayPool<TextRange>.Shared.Return(_ranges);
        (_characters, _ranges, Length) = ([], [], 0);
    }

    private void Reserve(int more)
    {
        if (Length + more <= _characters.Length && (!TracksRanges || Length + more <= _ranges.Length)) return;

        var capacity = Math.Max(_characters.Length * 2, Length + more);
        _characters = Grow(_characters, capacity);
        if (TracksRanges) _ranges = Grow(_ranges, capacity);
    }

    private T[] Grow<T>(T[] array, int capacity)
    {
        var larger = ArrayPool<T>.Shared.Rent(capacity);
        array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        return larger;
    }
}
