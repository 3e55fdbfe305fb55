using System.Globalization;
using System.Text;

namespace Cairn.Models.ChatTemplates.Functions;

/// <summary>
/// Upper, lower and title case of texts as Python has them: <c>ß</c> becomes <c>SS</c>, and a sigma at the end of a
/// word <c>ς</c>.
/// </summary>
internal static class PythonCase
{
    public static string Upper(string text) => Map(text, UnicodeCasing.Upper);

    public static string Lower(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            AppendLower(result, text, ref i);
        }

        return result.ToString();
    }

    public static string Fold(string text) => Map(text, UnicodeCasing.Fold);

    public static string Capitalize(string text) => TitleWhere(text, static (_, at) => at == 0);

    public static string Title(string text) => TitleWhere(text, static (text, at) => at == 0 || !IsCased(text[at - 1]));

    public static string Swap(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsLowerCase(text[i]))
            {
                result.Append(Upper(text[i].ToString()));
            }
            else
            {
                AppendLower(result, text, ref i);
            }
        }

        return result.ToString();
    }

    public static bool IsLower(string text) => text.Any(IsLowerCase) && !text.Any(IsUpperOrTitle);

    public static bool IsUpper(string text) =>
        text.Any(char.IsUpper) && !text.Any(static c => IsLowerCase(c) || IsTitleCase(c));

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

    private static string Map(string text, Func<Rune, string> map)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            AppendMapped(result, text, ref i, map);
        }

        return result.ToString();
    }

    private static string TitleWhere(string text, Func<string, int, bool> isTitle)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (isTitle(text, i))
            {
                AppendMapped(result, text, ref i, UnicodeCasing.Title);
            }
            else
            {
                AppendLower(result, text, ref i);
            }
        }

        return result.ToString();
    }

    // A lone surrogate stays as it is.
    private static void AppendMapped(StringBuilder result, string text, ref int at, Func<Rune, string> map)
    {
        if (Rune.TryGetRuneAt(text, at, out var rune))
        {
            result.Append(map(rune));
            at += rune.Utf16SequenceLength - 1;
        }
        else
        {
            result.Append(text[at]);
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
        else
        {
            AppendMapped(result, text, ref at, static rune => Rune.ToLowerInvariant(rune).ToString());
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

    private static bool IsIgnorable(char c) =>
        c is '\'' or '.' or ':' or '\u00b7' or '\u2019' || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or
        UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static bool IsTitleCase(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.TitlecaseLetter;

    private static bool IsLowerCase(char c) => char.IsLower(c) || c is 'ª' or 'º';

    private static bool IsUpperOrTitle(char c) => char.IsUpper(c) || IsTitleCase(c);

    private static bool IsCased(char c) => IsLowerCase(c) || IsUpperOrTitle(c);
}
