using System.Collections.Concurrent;
using System.Globalization;

namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>The named sets of expressions: general categories, a few scripts, and the short-hands.</summary>
/// <remarks>
/// Short-hands as Oniguruma has them for UTF-8: <c>\s</c> is White_Space, <c>\d</c> is Nd, <c>\w</c> is Alphabetic, M, Nd, Pc
/// and the superscripts and fractions of Latin-1. Alphabetic adds to L, M and Nl only the circled and squared letters.
/// Scripts are those of Unicode 16, Scripts.txt.
/// </remarks>
internal static class CodePointClasses
{
    private static readonly Dictionary<string, UnicodeCategory[]> Categories = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Lu"] = [UnicodeCategory.UppercaseLetter],
        ["Ll"] = [UnicodeCategory.LowercaseLetter],
        ["Lt"] = [UnicodeCategory.TitlecaseLetter],
        ["Lm"] = [UnicodeCategory.ModifierLetter],
        ["Lo"] = [UnicodeCategory.OtherLetter],
        ["L"] =
        [
            UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter,
            UnicodeCategory.ModifierLetter, UnicodeCategory.OtherLetter,
        ],
        ["Mn"] = [UnicodeCategory.NonSpacingMark],
        ["Mc"] = [UnicodeCategory.SpacingCombiningMark],
        ["Me"] = [UnicodeCategory.EnclosingMark],
        ["M"] = [UnicodeCategory.NonSpacingMark, UnicodeCategory.SpacingCombiningMark, UnicodeCategory.EnclosingMark],
        ["Nd"] = [UnicodeCategory.DecimalDigitNumber],
        ["Nl"] = [UnicodeCategory.LetterNumber],
        ["No"] = [UnicodeCategory.OtherNumber],
        ["N"] = [UnicodeCategory.DecimalDigitNumber, UnicodeCategory.LetterNumber, UnicodeCategory.OtherNumber],
        ["Pc"] = [UnicodeCategory.ConnectorPunctuation],
        ["Pd"] = [UnicodeCategory.DashPunctuation],
        ["Ps"] = [UnicodeCategory.OpenPunctuation],
        ["Pe"] = [UnicodeCategory.ClosePunctuation],
        ["Pi"] = [UnicodeCategory.InitialQuotePunctuation],
        ["Pf"] = [UnicodeCategory.FinalQuotePunctuation],
        ["Po"] = [UnicodeCategory.OtherPunctuation],
        ["P"] =
        [
            UnicodeCategory.ConnectorPunctuation, UnicodeCategory.DashPunctuation, UnicodeCategory.OpenPunctuation,
            UnicodeCategory.ClosePunctuation, UnicodeCategory.InitialQuotePunctuation, UnicodeCategory.FinalQuotePunctuation,
            UnicodeCategory.OtherPunctuation,
        ],
        ["Sm"] = [UnicodeCategory.MathSymbol],
        ["Sc"] = [UnicodeCategory.CurrencySymbol],
        ["Sk"] = [UnicodeCategory.ModifierSymbol],
        ["So"] = [UnicodeCategory.OtherSymbol],
        ["S"] =
        [
            UnicodeCategory.MathSymbol, UnicodeCategory.CurrencySymbol, UnicodeCategory.ModifierSymbol,
            UnicodeCategory.OtherSymbol,
        ],
        ["Zs"] = [UnicodeCategory.SpaceSeparator],
        ["Zl"] = [UnicodeCategory.LineSeparator],
        ["Zp"] = [UnicodeCategory.ParagraphSeparator],
        ["Z"] = [UnicodeCategory.SpaceSeparator, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator],
        ["Cc"] = [UnicodeCategory.Control],
        ["Cf"] = [UnicodeCategory.Format],
        ["Co"] = [UnicodeCategory.PrivateUse],
        ["Cn"] = [UnicodeCategory.OtherNotAssigned],
    };

    private static readonly Dictionary<string, string> LongNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Letter"] = "L", ["UppercaseLetter"] = "Lu", ["LowercaseLetter"] = "Ll", ["TitlecaseLetter"] = "Lt",
        ["ModifierLetter"] = "Lm", ["OtherLetter"] = "Lo", ["Mark"] = "M", ["Number"] = "N", ["DecimalNumber"] = "Nd",
        ["Punctuation"] = "P", ["Symbol"] = "S", ["Separator"] = "Z",
    };

    private static readonly Dictionary<string, (int, int)[]> Scripts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Han"] =
        [
            (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029),
            (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFA6D), (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3),
            (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF), (0x2A700, 0x2B739), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1),
            (0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D), (0x2F800, 0x2FA1D), (0x30000, 0x3134A), (0x31350, 0x323AF),
        ],
        ["Hiragana"] =
        [
            (0x3041, 0x3096), (0x309D, 0x309F), (0x1B001, 0x1B11F), (0x1B132, 0x1B132), (0x1B150, 0x1B152), (0x1F200, 0x1F200),
        ],
        ["Katakana"] =
        [
            (0x30A1, 0x30FA), (0x30FD, 0x30FF), (0x31F0, 0x31FF), (0x32D0, 0x32FE), (0x3300, 0x3357), (0xFF66, 0xFF6F),
            (0xFF71, 0xFF9D), (0x1AFF0, 0x1AFF3), (0x1AFF5, 0x1AFFB), (0x1AFFD, 0x1AFFE), (0x1B000, 0x1B000),
            (0x1B120, 0x1B122), (0x1B155, 0x1B155), (0x1B164, 0x1B167),
        ],
        ["Hangul"] =
        [
            (0x1100, 0x11FF), (0x302E, 0x302F), (0x3131, 0x318E), (0x3200, 0x321E), (0x3260, 0x327E), (0xA960, 0xA97C),
            (0xAC00, 0xD7A3), (0xD7B0, 0xD7C6), (0xD7CB, 0xD7FB), (0xFFA0, 0xFFBE), (0xFFC2, 0xFFC7), (0xFFCA, 0xFFCF),
            (0xFFD2, 0xFFD7), (0xFFDA, 0xFFDC),
        ],
    };

    private static readonly ConcurrentDictionary<string, CodePointSet> Made = new(StringComparer.OrdinalIgnoreCase);

    public static CodePointSet Digit => OfCategory("Nd");

    public static CodePointSet Space { get; } = Make(codePoint => codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint));

    /// <summary>What <c>\w</c> is.</summary>
    public static CodePointSet Word { get; } = MakeWord((0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE));

    /// <summary>Word characters as Unicode Technical Standard 18 has them, with the two joiners.</summary>
    public static CodePointSet UnicodeWord { get; } = MakeWord((0x200C, 0x200D));

    /// <summary>Finds a set by the name inside <c>\p{…}</c>; null when it is not known.</summary>
    public static CodePointSet? Find(string name)
    {
        var key = new string([.. name.Where(character => character is not (' ' or '-' or '_'))]);
        key = LongNames.GetValueOrDefault(key, key);
        if (Categories.ContainsKey(key)) return OfCategory(key);

        return Scripts.TryGetValue(key, out var ranges) ? CodePointSet.OfRanges(ranges.Select(range => (range.Item1, range.Item2))) : null;
    }

    private static CodePointSet OfCategory(string name) => Made.GetOrAdd(name, key =>
    {
        var wanted = Categories[key];
        return Make(codePoint => Array.IndexOf(wanted, CharUnicodeInfo.GetUnicodeCategory(codePoint)) >= 0);
    });

    private static CodePointSet MakeWord(params (int Start, int End)[] more) => OfCategory("L").Union(OfCategory("M"))
        .Union(OfCategory("Nd")).Union(OfCategory("Nl")).Union(OfCategory("Pc")).Union(CodePointSet.OfRanges(
            [(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189), .. more]));

    private static CodePointSet Make(Func<int, bool> contains)
    {
        var ranges = new List<(int, int)>();
        var start = -1;
        for (var codePoint = 0; codePoint <= CodePointSet.Last + 1; codePoint++)
        {
            var isIn = codePoint <= CodePointSet.Last && contains(codePoint);
            if (isIn && start < 0) start = codePoint;
            if (isIn || start < 0) continue;

            ranges.Add((start, codePoint - 1));
            start = -1;
        }

        return CodePointSet.OfRanges(ranges);
    }
}
