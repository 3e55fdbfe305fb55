using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Reading;

/// <summary>Undoes the spelling that GGUF gives to WordPiece: U+2581 before a word, nothing before a continuation.</summary>
internal static class GgufWordPieces
{
    public static string[] Restore(string[] tokens, TokenType[] types, string continuationPrefix)
    {
        var restored = new string[tokens.Length];
        for (var id = 0; id < tokens.Length; id++)
        {
            var token = tokens[id];
            restored[id] = IsKept(token, types[id]) ? token
                : token.StartsWith(SentencePieceSpelling.Space) ? token[1..]
                : continuationPrefix + token;
        }

        return restored;
    }

    /// <summary>Special tokens are spelled as they are; older converters mark [unused…] only by their brackets.</summary>
    private static bool IsKept(string token, TokenType type) =>
        type is TokenType.Control or TokenType.Unknown or TokenType.UserDefined or TokenType.Unused
        || token is ['[', _, .., ']'];
}
