using System.Text;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Collects the tokens of a piece from left to right.</summary>
internal sealed class PieceBuilder(int capacity)
{
    private readonly List<int> _ids = new(capacity);
    private readonly List<TextRange> _ranges = new(capacity);
    private int _position;
    private bool _endsUnknown;

    /// <summary>Adds a token that stands for the next units.</summary>
    public void Add(int id, int length)
    {
        _ids.Add(id);
        _ranges.Add(new TextRange(_position, _position + length));
        _position += length;
        _endsUnknown = false;
    }

    /// <summary>Adds characters without a token: their bytes, or else the unknown token.</summary>
    /// <param name="text">The next characters.</param>
    /// <param name="byteIds">Ids of the bytes; null when bytes are not used.</param>
    /// <param name="unknownId">The unknown token; −1 adds nothing.</param>
    /// <param name="fuses">Whether they join an unknown token right before them.</param>
    public void AddUnknown(ReadOnlySpan<char> text, int[]? byteIds, int unknownId, bool fuses = false)
    {
        var range = new TextRange(_position, _position + text.Length);
        _position = range.End;
        if (byteIds is not null && TryAddBytes(text, byteIds, range)) return;

        if (fuses && _endsUnknown)
        {
            _ranges[^1] = _ranges[^1] with { End = range.End };
        }
        else if (unknownId >= 0)
        {
            _ids.Add(unknownId);
            _ranges.Add(range);
            _endsUnknown = true;
        }
    }

    public EncodedPiece ToPiece() => new([.. _ids], [.. _ranges]);

    private bool TryAddBytes(ReadOnlySpan<char> text, int[] byteIds, TextRange range)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToArray());
        if (Array.Exists(bytes, value => byteIds[value] < 0)) return false;

        foreach (var value in bytes)
        {
            _ids.Add(byteIds[value]);
            _ranges.Add(range);
        }

        _endsUnknown = false;
        return true;
    }
}
