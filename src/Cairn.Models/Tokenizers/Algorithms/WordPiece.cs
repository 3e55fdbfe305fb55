namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Cuts a word into the longest pieces that the vocabulary has, from left to right.</summary>
/// <remarks>
/// Devlin et al. 2018, the published WordpieceTokenizer: a word that cannot be cut completely, or is too long, is one
/// unknown token.
/// </remarks>
internal sealed class WordPiece : TokenModel
{
    private readonly PrefixTrie _starts;
    private readonly PrefixTrie _continuations;
    private readonly int _unknownId;
    private readonly int _longestWord;

    /// <summary>Builds the model.</summary>
    /// <param name="vocabulary">Tokens; continuations begin with the prefix.</param>
    /// <param name="unknownId">The token for a word that cannot be cut.</param>
    /// <param name="continuationPrefix">Marks a piece that continues a word, <c>##</c> for BERT.</param>
    /// <param name="longestWord">Longest word, in code points, that is cut at all.</param>
    /// <param name="isPiece">Whether a token may come out of a word; one that was added may not.</param>
    public WordPiece(Vocabulary vocabulary, int unknownId, string continuationPrefix, int longestWord, Func<int, bool> isPiece)
    {
        _unknownId = unknownId;
        _longestWord = longestWord;
        var tokens = vocabulary.Tokens.ToArray().Select((token, id) => (token, id)).Where(entry => isPiece(entry.id)).ToArray();
        _starts = new PrefixTrie(tokens);
        _continuations = new PrefixTrie(tokens
            .Where(entry => entry.token.StartsWith(continuationPrefix, StringComparison.Ordinal))
            .Select(entry => (entry.token[continuationPrefix.Length..], entry.id)));
    }

    public override string Name => "wordpiece";

    public override void Describe(FingerprintBuilder fingerprint)
    {
        fingerprint.Add(_unknownId);
        fingerprint.Add(_longestWord);
    }

    protected override EncodedPiece EncodePiece(ReadOnlySpan<char> piece)
    {
        if (piece.Length > _longestWord && CountCodePoints(piece) > _longestWord) return Unknown(piece);

        var ids = new List<int>();
        var ranges = new List<TextRange>();
        for (var at = 0; at < piece.Length;)
        {
            var (length, id) = (at == 0 ? _starts : _continuations).FindLongest(piece[at..]);
            if (length == 0) return Unknown(piece);

            ids.Add(id);
            ranges.Add(new TextRange(at, at + length));
            at += length;
        }

        return new EncodedPiece([.. ids], [.. ranges]);
    }

    private EncodedPiece Unknown(ReadOnlySpan<char> piece) => new([_unknownId], [new TextRange(0, piece.Length)]);

    private static int CountCodePoints(ReadOnlySpan<char> piece)
    {
        var count = 0;
        foreach (var character in piece)
        {
            if (!char.IsLowSurrogate(character)) count++;
        }

        return count;
    }
}
