using System.Globalization;
using System.Text;

namespace Cairn.Models.ChatTemplates.Values;

/// <summary>
/// Text as Python sees it: a sequence of code points, with its own idea of blanks and of printable characters.
/// </summary>
internal static class PythonText
{
    /// <summary>
    /// Python's <c>str.isspace</c> for one unit: Unicode blanks and the four separators U+001C to U+001F.
    /// </summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => TrimStart(TrimEnd(text));

    /// <summary>Number of code points; a lone surrogate counts as one.</summary>
    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var i = text.IndexOfAnyInRange('\ud800', '\udbff'); i >= 0 && i + 1 < text.Length; i++)
        {
            count -= char.IsSurrogatePair(text[i], text[i + 1]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Each code point as a string of its own.</summary>
    public static IEnumerable<string> CodePoints(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                yield return text.Substring(i++, 2);
            }
            else
            {
                yield return text[i].ToString();
            }
        }
    }

    /// <summary>The code points; a lone surrogate stands for itself.</summary>
    public static int[] ToCodePoints(string text)
    {
        var codes = new int[CountCodePoints(text)];
        for (int i = 0, at = 0; i < codes.Length; i++, at++)
        {
            codes[i] = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1])
                ? char.ConvertToUtf32(text[at], text[++at])
                : text[at];
        }

        return codes;
    }

    /// <summary>Appends one code point, which may be a lone surrogate.</summary>
    public static void Append(StringBuilder text, int code)
    {
        if (code < 0x10000)
        {
            text.Append((char)code);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(code));
        }
    }

    /// <summary>Orders by code point, as Python does; UTF-16 order differs from U+E000 on.</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        var at = left.AsSpan(0, length).CommonPrefixLength(right.AsSpan(0, length));
        if (at == length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // Surrogates stand for code points above every other unit.
        char a = left[at], b = right[at];
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    /// <summary>Python's <c>repr(str)</c>.</summary>
    public static string Represent(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                AppendRepresented(result, char.ConvertToUtf32(text[i], text[++i]), quote);
            }
            else
            {
                AppendRepresented(result, text[i], quote);
            }
        }

        return result.Append(quote).ToString();
    }

    private static void AppendRepresented(StringBuilder result, int code, char quote)
    {
        switch (code)
        {
            case '\n': result.Append("\\n"); break;
            case '\r': result.Append("\\r"); break;
            case '\t': result.Append("\\t"); break;
            case '\\': result.Append("\\\\"); break;
            case var c when c == quote: result.Append('\\').Append(quote); break;
            case var c when IsPrintable(c): Append(result, c); break;
            case < 0x100: result.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}"); break;
            case < 0x10000: result.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}"); break;
            default: result.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}"); break;
        }
    }

    /// <summary>Python's <c>str.isprintable</c> for one code point.</summary>
    public static bool IsPrintable(int code) => code == ' ' || CharUnicodeInfo.GetUnicodeCategory(code) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.SpaceSeparator);
}
