using System.Text;
using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>BERT's rule: words between whitespace, every punctuation mark alone.</summary>
/// <remarks>Devlin et al. 2018, the published BasicTokenizer: all ASCII that is neither letter, digit, space nor control
/// counts as punctuation, beyond ASCII the categories P.</remarks>
internal sealed class BertPreTokenizer : PreTokenizer
{
    public override string Name => "bert";

    public override bool TryNext(ReadOnlySpan<char> text, int from, out TextRange piece)
    {
        var start = from;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
        {
            var isPunctuation = IsPunctuation(text, end, out var length);
            if (!isPunctuation || end == start) end += length;
            if (isPunctuation) break;
        }

        piece = new TextRange(start, end);
        return end > start;
    }

    private static bool IsPunctuation(ReadOnlySpan<char> text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return BertCharacters.IsPunctuation(rune);
    }
}
