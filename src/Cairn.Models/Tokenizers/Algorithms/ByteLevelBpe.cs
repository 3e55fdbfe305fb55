using System.Buffers;
using System.Text;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Byte-pair encoding that starts from the bytes of UTF-8, so that every text can be spelled.</summary>
internal sealed class ByteLevelBpe : TokenModel
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly bool _takesWholePieces;
    private readonly int[] _byteIds = new int[256];

    /// <summary>Builds the model; a byte that text can hold and the vocabulary lacks is spelled by the unknown token.</summary>
    /// <param name="vocabulary">Tokens in the byte alphabet.</param>
    /// <param name="merges">Merges by id.</param>
    /// <param name="takesWholePieces">A piece that is a token becomes that token without merging.</param>
    /// <param name="unknownId">The unknown token; −1 to leave out what cannot be spelled.</param>
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

    /// <summary>The first byte of valid UTF-8 without a token and without an unknown token; null when there is none.</summary>
    public byte? FindUnspellableByte()
    {
        for (var value = 0; value < _byteIds.Length; value++)
        {
            // C0, C1 and F5–FF occur in no valid UTF-8; vocabularies learnt from text lack them.
            if (_byteIds[value] < 0 && value is not (0xC0 or 0xC1 or >= 0xF5)) return (byte)value;
        }

        return null;
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
        for (var i = 0; i < bytes.Length; i++)
        {
            symbols[i] = _byteIds[bytes[i]];
        }

        var count = BytePairMerger.Apply(symbols.AsSpan(0, bytes.Length), _merges);
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
                if (bytesLeft == 0) bytesLeft = NextCharacter(piece, ref character);
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

    private static int NextCharacter(ReadOnlySpan<char> piece, ref TextRange character)
    {
        Rune.DecodeFromUtf16(piece[character.End..], out var rune, out var length);
        character = new TextRange(character.End, character.End + length);
        return rune.Utf8SequenceLength;
    }
}
