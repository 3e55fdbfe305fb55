using System.Text;

namespace Cairn.Models.Tests.Tokenizers;

/// <summary>Seeded texts that mix what tokenizers treat apart: words, digits, spaces, marks, emoji, rare planes, half surrogates.</summary>
internal static class RandomText
{
    private static readonly string[] Parts =
    [
        "the", "Hello", "don't", "'s", "'LL", "it’s", "x1y22z333", "12345", "½", "٣٤", " ", "  ", "\t", "\n", "\r\n", "\u00A0",
        "\u2028", "café", "e\u0301", "\u0301", "Å", "ﬁ", "漢字", "カナ", "한국어", "\u1112\u1161\u11AB", "ไทย", "عربى", "😀",
        "👩‍👩‍👧", "🇨🇭", "<|im_start|>", "[CLS]", "</s>", "<0x41>", "▁", "Ġ", "##", "_", "...", "=>", "\0", "\uFFFD", "\uFEFF",
        "\uE000", "ǅ", "ªº", "ABCdef", "İ",
    ];

    /// <summary>A text of a number of parts; without half surrogates unless asked for.</summary>
    public static string Next(Random random, int parts, bool withHalves = false)
    {
        var text = new StringBuilder();
        for (var i = 0; i < parts; i++)
        {
            switch (random.Next(withHalves ? 5 : 4))
            {
                case 0:
                    text.Append(NextRune(random, 0x110000));
                    break;
                case 1:
                    text.Append(NextRune(random, 0x3000));
                    break;
                case 4:
                    text.Append((char)random.Next(0xD800, 0xE000));
                    break;
                default:
                    text.Append(Parts[random.Next(Parts.Length)]);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>A text as every tokenizer sees it: half surrogates replaced.</summary>
    public static string Replaced(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string NextRune(Random random, int limit)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(limit), out var rune)) return rune.ToString();
        }
    }
}
