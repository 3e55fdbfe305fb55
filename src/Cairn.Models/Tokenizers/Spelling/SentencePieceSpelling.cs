using System.Globalization;

namespace Cairn.Models.Tokenizers.Spelling;

/// <summary>Tokens of a SentencePiece vocabulary: U+2581 for a space, <c>&lt;0xNN&gt;</c> for a byte.</summary>
/// <param name="escapesUserDefined">
/// Whether a piece that the user defined is spelled in the same way: it is in SentencePiece's own files, elsewhere it stands
/// for itself.
/// </param>
internal sealed class SentencePieceSpelling(bool escapesUserDefined = false) : TokenSpelling
{
    /// <summary>The visible space.</summary>
    public const char Space = '\u2581';

    public override void Write(string token, TokenType type, ByteBuffer bytes)
    {
        if (type == TokenType.Byte && TryParseByte(token, out var value))
        {
            bytes.Add(value);
        }
        else
        {
            bytes.AddUtf8(IsVerbatim(type) && !(escapesUserDefined && type == TokenType.UserDefined) ? token : token.Replace(Space, ' '));
        }
    }

    /// <summary>Reads <c>&lt;0xNN&gt;</c>.</summary>
    public static bool TryParseByte(ReadOnlySpan<char> token, out byte value)
    {
        value = 0;
        return token is ['<', '0', 'x', _, _, '>']
            && byte.TryParse(token[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
