using System.Buffers;
using System.Text;
using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Byte-pair encoding that starts from characters, as SentencePiece and Llama 2 do it.</summary>
/// <remarks>
/// Kudo and Richardson 2018, arXiv:1808.06226. A character that ends in no token becomes the tokens of its bytes, or the
/// unknown token. Where no token has a visible space after another character, no merge crosses the beginning of a
/// word, so that words are encoded one by one.
/// </remarks>
internal sealed class SentencePieceBpe : TokenModel
{
    private const char Space = SentencePieceSpelling.Space;

    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly CharacterTable _characters;
    private readonly int _unknownId;
    private readonly bool _fusesUnknown;
    private readonly int[]? _byteIds;

    /// <summary>Builds the model.</summary>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="merges">Merges by id.</param>
    /// <param name="characters">Ids of single characters, those that only merges use included.</param>
    /// <param name="fallsBackToBytes">Characters without a token are spelled in bytes.</param>
    /// <param name="unknownId">The unknown token, or −1 to leave out what cannot be spelled.</param>
    /// <param name="fusesUnknown">Neighbouring unknown characters become one unknown token.</param>
    public SentencePieceBpe(
        Vocabulary vocabulary,
        MergeTable merges,
        CharacterTable characters,
        bool fallsBackToBytes,
        int unknownId,
        bool fusesUnknown)
    {
        _vocabulary = vocabulary;
        _merges = merges;
        _unknownId = unknownId;
        _fusesUnknown = fusesUnknown;
        _characters = characters;
        _byteIds = fallsBackToBytes ? ByteTokens.Find(vocabulary) : null;
        SplitsAtWords = characters.Find(Space) is var space && space >= 0 && space < vocabulary.Count
            && !HasInnerSpace(vocabulary);
    }

    public override string Name => "sentencepiece-bpe";

    /// <summary>Whether no token holds a visible space after another character.</summary>
    public bool SplitsAtWords { get; }

    public override void Describe(FingerprintBuilder fingerprint)
    {
        fingerprint.Add(_fusesUnknown ? 1 : 0);
        fingerprint.Add(_byteIds is null ? 0 : 1);
        _merges.Describe(fingerprint);
    }

    protected override EncodedPiece EncodePiece(ReadOnlySpan<char> piece)
    {
        var symbols = ArrayPool<int>.Shared.Rent(piece.Length);
        var count = 0;
        foreach (var rune in piece.EnumerateRunes())
        {
            // A code point that nothing knows is kept as its complement, so that it can be spelled afterwards.
            var id = _characters.Find(rune.Value);
            symbols[count++] = id >= 0 ? id : ~rune.Value;
        }

        count = BytePairMerger.Apply(symbols.AsSpan(0, count), _merges);
        var output = new PieceBuilder(count);
        Span<char> character = stackalloc char[2];
        foreach (var symbol in symbols.AsSpan(0, count))
        {
            if (symbol >= 0 && symbol < _vocabulary.Count)
            {
                output.Add(symbol, _vocabulary.Tokens[symbol].Length);
                continue;
            }

            var length = CodePointOf(symbol).EncodeToUtf16(character);
            output.AddUnknown(character[..length], _byteIds, _unknownId, _fusesUnknown);
        }

        ArrayPool<int>.Shared.Return(symbols);
        return output.ToPiece();
    }

    private Rune CodePointOf(int symbol) => new(symbol < 0 ? ~symbol : _characters.CodePointOf(symbol));

    private static bool HasInnerSpace(Vocabulary vocabulary)
    {
        foreach (var token in vocabulary.Tokens)
        {
            if (token.AsSpan().TrimStart(Space).Contains(Space)) return true;
        }

        return false;
    }
}
