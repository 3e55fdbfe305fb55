namespace Cairn.Models.Tokenizers.Spelling;

/// <summary>Tokens of a WordPiece vocabulary: a word starts after a space, a continuation is marked by a prefix.</summary>
/// <remarks>
/// Decoding cannot restore the text, only make it readable: with clean-up, marks that end a sentence and English
/// contractions lose the space before them, as the reference library does it.
/// </remarks>
internal sealed class WordPieceSpelling(string continuationPrefix, bool cleansUp) : TokenSpelling
{
    private static readonly (string Text, string Replacement)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public override void Write(string token, TokenType type, ByteBuffer bytes)
    {
        var text = token.StartsWith(continuationPrefix, StringComparison.Ordinal)
            ? token[continuationPrefix.Length..]
            : " " + token;
        if (cleansUp)
        {
            foreach (var (unclean, clean) in CleanUps)
            {
                text = text.Replace(unclean, clean, StringComparison.Ordinal);
            }
        }

        bytes.AddUtf8(text);
    }
}
