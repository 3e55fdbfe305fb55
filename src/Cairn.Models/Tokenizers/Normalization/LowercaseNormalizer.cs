using System.Text;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Lower case of every code point by itself, without regard to language or position.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    private const char DottedCapitalI = '\u0130';

    public override string Name => "lowercase";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var text = source.Text;
        for (var at = 0; at < text.Length;)
        {
            var range = source.RangeAt(at);
            if (char.IsAscii(text[at]))
            {
                destination.Append(char.IsAsciiLetterUpper(text[at]) ? (char)(text[at] | 0x20) : text[at], range);
                at++;
                continue;
            }

            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            if (rune.Value == DottedCapitalI)
            {
                // The only code point whose full lower case is two (SpecialCasing.txt).
                destination.Append('i', range);
                destination.Append('\u0307', range);
            }
            else
            {
                destination.AppendCodePoint(Rune.ToLowerInvariant(rune).Value, range);
            }

            at += length;
        }
    }
}
