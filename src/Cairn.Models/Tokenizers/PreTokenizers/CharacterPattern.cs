using System.Text;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Every character of a kind, each by itself.</summary>
internal sealed class CharacterPattern(string name, Func<Rune, bool> matches) : PiecePattern
{
    public override string Name => name;

    public override void Find(ReadOnlySpan<char> text, List<TextRange> found)
    {
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            if (matches(rune)) found.Add(new TextRange(at, at + length));
            at += length;
        }
    }
}
