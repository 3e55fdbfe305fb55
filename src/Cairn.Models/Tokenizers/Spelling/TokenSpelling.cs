namespace Cairn.Models.Tokenizers.Spelling;

/// <summary>How a kind of vocabulary writes its tokens: gives the bytes that a token adds to a decoded text.</summary>
internal abstract class TokenSpelling
{
    public abstract void Write(string token, TokenType type, ByteBuffer bytes);

    /// <summary>Whether a token is text itself and not an encoded spelling of it.</summary>
    protected static bool IsVerbatim(TokenType type) =>
        type is TokenType.Control or TokenType.UserDefined or TokenType.Unknown;
}
