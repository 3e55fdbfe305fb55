using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> that spell what a vocabulary has no piece for.</summary>
internal static class ByteTokens
{
    /// <summary>The id for each byte value, −1 where the vocabulary has none.</summary>
    public static int[] Find(Vocabulary vocabulary)
    {
        var ids = new int[256];
        Array.Fill(ids, -1);
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.GetTokenType(id) == TokenType.Byte
                && SentencePieceSpelling.TryParseByte(vocabulary.Tokens[id], out var value)
                && ids[value] < 0)
            {
                ids[value] = id;
            }
        }

        return ids;
    }
}
