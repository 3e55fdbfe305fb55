using System.Globalization;
using System.Text;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// Upper, lower and title case with the full Unicode mappings that Python uses and .NET's invariant ones leave out:
/// <c>ß</c> becomes <c>SS</c>, <c>İ</c> becomes <c>i̇</c>, a sigma at the end of a word becomes <c>ς</c>.
/// </summary>
internal static class PythonCase
{
    // SpecialCasing.txt, unconditional: characters whose upper case is more than one character.
    private static readonly Dictionary<char, string> LongUpper = new()
    {
        ['ß'] = "SS", ['ŉ'] = "ʼN", ['ǰ'] = "J̌", ['ΐ'] = "Ϊ́", ['ΰ'] = "Ϋ́", ['և'] = "ԵՒ", ['ẖ'] = "H̱", ['ẗ'] = "T̈",
        ['ẘ'] = "W̊", ['ẙ'] = "Y̊", ['ẚ'] = "Aʾ", ['ﬀ'] = "FF", ['ﬁ'] = "FI", ['ﬂ'] = "FL", ['ﬃ'] = "FFI", ['ﬄ'] = "FFL",
        ['ﬅ'] = "ST", ['ﬆ'] = "ST",
    };

    public static string Upper(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            AppendUpper(result, rune);
        }

        return result.ToString();
    }

    public static string Lower(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            AppendLower(result, text, ref i);
        }

        return result.ToString();
    }

    public static string Fold(string text) =>
        Lower(text).Replace("ß", "ss", StringComparison.Ordinal).Replace('ς', 'σ');

    public static string Capitalize(string text) => TitleWhere(text, static (_, at) => at == 0);

    public static string Title(string text) => TitleWhere(text, static (text, at) => at == 0 || !IsCased(text[at - 1]));

    public static string Swap(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsUpper(text[i]))
            {
                AppendLower(result, text, ref i);
            }
            else
            {
                result.Append(Upper(text[i].ToString()));
            }
        }

        return result.ToString();
    }

    public static bool IsLower(string text) => text.Any(IsLowerCase) && !text.Any(IsUpperOrTitle);

    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(static c => IsLowerCase(c) || IsTitleCase(c));

    public static bool IsTitle(string text)
    {
        var found = false;
        var afterCased = false;
        foreach (var c in text)
        {
            if (IsUpperOrTitle(c) ? afterCased : IsLowerCase(c) && !afterCased)
            {
                return false;
            }

            afterCased = IsCased(c);
            found |= afterCased;
        }

        return found;
    }

    private static string TitleWhere(string text, Func<string, int, bool> isTitle)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!isTitle(text, i))
            {
                AppendLower(result, text, ref i);
            }
            else if (LongUpper.TryGetValue(text[i], out var upper))
            {
                result.Append(upper[0]).Append(Lower(upper[1..]));
            }
            else if (char.IsHighSurrogate(text[i]) && Rune.TryGetRuneAt(text, i, out var rune))
            {
                AppendUpper(result, rune);
                i++;
            }
            else
            {
                result.Append(char.ToUpperInvariant(text[i]));
            }
        }

        return result.ToString();
    }

    private static void AppendUpper(StringBuilder result, Rune rune)
    {
        if (rune.IsBmp && LongUpper.TryGetValue((char)rune.Value, out var upper))
        {
            result.Append(upper);
        }
        else
        {
            result.Append(Rune.ToUpperInvariant(rune).ToString());
        }
    }

    private static void AppendLower(StringBuilder result, string text, ref int at)
    {
        var c = text[at];
        if (c == 'İ')
        {
            result.Append("i̇");
        }
        else if (c == 'Σ')
        {
            result.Append(IsFinalSigma(text, at) ? 'ς' : 'σ');
        }
        else if (char.IsHighSurrogate(c) && Rune.TryGetRuneAt(text, at, out var rune))
        {
            result.Append(Rune.ToLowerInvariant(rune).ToString());
            at++;
        }
        else
        {
            result.Append(char.ToLowerInvariant(c));
        }
    }

    // Final: a cased letter before it and none after it, marks between ignored.
    private static bool IsFinalSigma(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsIgnorable(text[before]))
        {
            before--;
        }

        var after = at + 1;
        while (after < text.Length && IsIgnorable(text[after]))
        {
            after++;
        }

        return before >= 0 && IsCased(text[before]) && (after >= text.Length || !IsCased(text[after]));
    }

    private static bool IsIgnorable(char c) => c is '\'' or '.' or ':' or '\u00b7' or '\u2019' || char.GetUnicodeCategory(c) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or
        UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static bool IsTitleCase(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.TitlecaseLetter;

    private static bool IsLowerCase(char c) => char.IsLower(c) || c is 'ª' or 'º';

    private static bool IsUpperOrTitle(char c) => char.IsUpper(c) || IsTitleCase(c);

    private static bool IsCased(char c) => IsLowerCase(c) || IsUpperOrTitle(c);
}
