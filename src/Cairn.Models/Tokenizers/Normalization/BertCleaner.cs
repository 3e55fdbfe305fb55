using System.Globalization;
using System.Text;
using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>BERT's cleaning: drops controls, turns whitespace into spaces, sets Chinese characters apart by spaces.</summary>
/// <remarks>
/// Devlin et al. 2018, the published BasicTokenizer. Dropped: U+0000, U+FFFD and the categories Cc, Cf, Co except
/// tab, line feed and carriage return. Chinese means the unified ideographs and their compatibility forms, not kana or hangul.
/// </remarks>
internal sealed class BertCleaner(bool cleansText, bool separatesChinese) : Normalizer
{
    public override string Name => $"bert(clean={cleansText},chinese={separatesChinese})";

    public override void Apply(TextBuffer source, bool startsText, TextBuffer destination)
    {
        var text = source.Text;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            var range = source.RangeAt(at);
            if (cleansText && IsDropped(rune))
            {
                at += length;
                continue;
            }

            var isChinese = separatesChinese && IsChinese(rune.Value);
            if (isChinese) destination.Append(' ', range);
            if (cleansText && Rune.IsWhiteSpace(rune)) destination.Append(' ', range);
            else destination.Append(source, at, at + length);
            if (isChinese) destination.Append(' ', range);
            at += length;
        }
    }

    private static bool IsDropped(Rune rune)
    {
        if (rune.Value is '\t' or '\n' or '\r') return false;
        if (rune.Value is 0 or 0xFFFD) return true;

        return BertCharacters.CategoryOf(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.PrivateUse;
    }

    private static bool IsChinese(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
