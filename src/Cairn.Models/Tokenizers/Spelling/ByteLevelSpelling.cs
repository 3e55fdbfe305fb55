namespace Cairn.Models.Tokenizers.Spelling;

/// <summary>Tokens of a byte-level vocabulary: one printable character for each byte.</summary>
internal sealed class ByteLevelSpelling : TokenSpelling
{
    public override void Write(string token, TokenType type, ByteBuffer bytes)
    {
        var start = bytes.Length;
        if (!IsVerbatim(type) && TryWriteBytes(token, bytes)) return;

        // A token that was added as text, or holds a character outside the alphabet, stands for itself.
        bytes.Truncate(start);
        bytes.AddUtf8(token);
    }

    private static bool TryWriteBytes(string token, ByteBuffer bytes)
    {
        foreach (var symbol in token)
        {
            if (!ByteAlphabet.TryGetByte(symbol, out var value)) return false;

            bytes.Add(value);
        }

        return true;
    }
}
