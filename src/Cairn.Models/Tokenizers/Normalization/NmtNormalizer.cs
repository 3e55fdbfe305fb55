namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>Drops control characters and writes what looks like whitespace as spaces, as the first translation models did.</summary>
/// <remarks>Hugging Face's <c>Nmt</c>, after the <c>nmt</c> rules of SentencePiece.</remarks>
internal sealed class NmtNormalizer : Normalizer
{
    public override string Name => "nmt";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var text = source.Text;
        for (var at = 0; at < text.Length; at++)
        {
            if (IsDropped(text[at])) continue;

            destination.Append(IsSpace(text[at]) ? ' ' : text[at], source.RangeAt(at));
        }
    }

    private static bool IsDropped(char character) => character is
        (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F';

    private static bool IsSpace(char character) => character is
        '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581' or '\uFEFF'
        or '\uFFFD';
}
