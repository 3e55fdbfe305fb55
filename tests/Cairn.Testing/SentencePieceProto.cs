using System.Text;

namespace Cairn.Testing;

/// <summary>Writes a SentencePiece model: the fields of sentencepiece_model.proto that a tokenizer needs.</summary>
public static class SentencePieceProto
{
    /// <summary>The bytes of a <c>tokenizer.model</c>.</summary>
    /// <param name="pieces">Text, score and type of each piece.</param>
    /// <param name="isBytePairs">Byte pairs; otherwise Unigram.</param>
    /// <param name="fallsBackToBytes">Whether unknown characters become bytes.</param>
    /// <param name="removesExtraSpaces">Whether spaces in a row become one.</param>
    /// <param name="characterMap">Rules that rewrite characters; empty for none.</param>
    public static byte[] Write(
        IEnumerable<(string Text, float Score, int Type)> pieces, bool isBytePairs, bool fallsBackToBytes, bool removesExtraSpaces, byte[] characterMap)
    {
        var model = new List<byte>();
        foreach (var (text, score, type) in pieces)
        {
            Message(model, 1, [.. Bytes(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), .. Number(3, type)]);
        }

        Message(model, 2, [.. Number(3, isBytePairs ? 2 : 1), .. Number(35, fallsBackToBytes ? 1 : 0)]);
        Message(model, 3, [.. Bytes(2, characterMap), .. Number(4, removesExtraSpaces ? 1 : 0)]);
        return [.. model];
    }

    private static void Message(List<byte> target, int field, byte[] content) => target.AddRange(Bytes(field, content));

    private static byte[] Bytes(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static List<byte> Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
