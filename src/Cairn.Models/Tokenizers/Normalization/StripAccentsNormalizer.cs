using System.Globalization;
using System.Text;
using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Removes nonspacing marks (category Mn); follows a decomposition.</summary>
internal sealed class StripAccentsNormalizer : Normalizer
{
    public override string Name => "strip-accents";

    public override bool IsNormalized(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\u02FF');

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var text = source.Text;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            var end = at + length;
            if (BertCharacters.CategoryOf(rune) != UnicodeCategory.NonSpacingMark) destination.Append(source, at, end);
            at = end;
        }
    }
}
