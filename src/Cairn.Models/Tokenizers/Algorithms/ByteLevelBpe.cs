using System.Buffers;
using System.Text;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Byte-pair encoding that starts from the bytes of UTF-8.</summary>
/// <remarks>
/// A vocabulary with all bytes spells every text. One that was only given the bytes it met in training (SmolLM2 lacks
/// six control characters and the first bytes of planes 4 to 11, where no characters are) leaves the others out, as the reference does, and never writes a
/// special token instead.
/// </remarks>
internal sealed class ByteLevelBpe : TokenModel
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly bool _takesWholePieces;
    private readonly int[] _byteIds = new int[256];

    /// <summary>Builds the model.</summary>
    /// <param name="vocabulary">Tokens in the byte alphabet.</param>
    /// <param name="merges">Merges by id.</param>
    /// <param name="takesWholePieces">A piece that is a token becomes that token without merging.</param>
    /// <param name="unknownId">The token for a byte without one; −1 to leave such bytes out.</param>
    public ByteLevelBpe(Vocabulary vocabulary, MergeTable merges, bool takesWholePieces, int unknownId)
    {
        _vocabulary = vocabulary;
        _merges = merges;
        _takesWholePieces = takesWholePieces;
        for (var value = 0; value < _byteIds.Length; value++)
        {
            var symbol = ByteAlphabet.GetSymbol((byte)value).ToString();
            _byteIds[value] = vocabulary.TryGetId(symbol, out var id) ? id : unknownId;
        }
    }

    public override string Name => "byte-level-bpe";

    public override void Describe(FingerprintBuilder fingerprint)
    {
        fingerprint.Add(_takesWholePieces ? 1 : 0);
        _merges.Describe(fingerprint);
    }

    protected override EncodedPiece EncodePiece(ReadOnlySpan<char> piece)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(piece.Length));
        var length = Encoding.UTF8.GetBytes(piece, bytes);
        var ids = _takesWholePieces && FindWhole(bytes.AsSpan(0, length)) is { } whole
            ? [whole]
            : Merge(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        return new EncodedPiece(ids, MeasureRanges(piece, ids));
    }

    private int? FindWhole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 256) return null;

        Span<char> symbols = stackalloc char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            symbols[i] = ByteAlphabet.GetSymbol(bytes[i]);
        }

        return _vocabulary.Ids.TryGetValue(symbols, out var id) && _vocabulary.GetTokenType(id) == TokenType.Normal
            ? id
            : null;
    }

    private int[] Merge(ReadOnlySpan<byte> bytes)
    {
        var symbols = ArrayPool<int>.Shared.Rent(bytes.Length);
        var count = 0;
        foreach (var value in bytes)
        {
            if (_byteIds[value] >= 0) symbols[count++] = _byteIds[value];
        }

        count = BytePairMerger.Apply(symbols.AsSpan(0, count), _merges);
        var ids = symbols.AsSpan(0, count).ToArray();
        ArrayPool<int>.Shared.Return(symbols);
        return ids;
    }

    /// <summary>The characters that the bytes of each token touch.</summary>
    private TextRange[] MeasureRanges(ReadOnlySpan<char> piece, int[] ids)
    {
        var ranges = new TextRange[ids.Length];
        var character = new TextRange(0, 0);
        var bytesLeft = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            var start = -1;
            for (var bytes = ByteLength(ids[i]); bytes > 0;)
            {
                while (bytesLeft == 0)
                {
                    bytesLeft = NextCharacter(piece, ref character);
                }

                if (start < 0) start = character.Start;
                var taken = Math.Min(bytes, bytesLeft);
                bytes -= taken;
                bytesLeft -= taken;
            }

            ranges[i] = new TextRange(start < 0 ? character.End : start, character.End);
        }

        return ranges;
    }

    /// <summary>Bytes of text that a token stands for: one for a byte without a token of its own.</summary>
    private int ByteLength(int id) =>
        _vocabulary.GetTokenType(id) == TokenType.Unknown ? 1 : _vocabulary.GetBytes(id).Length;

    /// <summary>Moves to the next character and returns how many of its bytes have a token.</summary>
    private int NextCharacter(ReadOnlySpan<char> piece, ref TextRange character)
    {
        Rune.DecodeFromUtf16(piece[character.End..], out var rune, out var length);
        character = new TextRange(character.End, character.End + length);
        if (rune.IsAscii) return _byteIds[rune.Value] >= 0 ? 1 : 0;

        Span<byte> bytes = stackalloc byte[4];
        var known = 0;
        foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
        {
            if (_byteIds[value] >= 0) known++;
        }

        return known;
    }
}
