using System.Globalization;
using System.Text;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Lexing;

/// <summary>
/// Escapes of string literals, as Python's <c>unicode-escape</c> reads them: unknown ones stay as written.
/// </summary>
internal static class StringLiteral
{
    /// <summary>Text of the literal between its quotes.</summary>
    /// <param name="body">Source between the quotes.</param>
    /// <param name="line">Line for errors.</param>
    /// <exception cref="ChatTemplateException">A numeric escape is cut short or beyond U+10FFFF.</exception>
    public static string Unescape(ReadOnlySpan<char> body, int line)
    {
        if (!body.Contains('\\'))
        {
            return body.ToString();
        }

        var text = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '\\' && i + 1 < body.Length)
            {
                i = AppendEscape(text, body, i + 1, line);
            }
            else
            {
                text.Append(body[i]);
            }
        }

        return text.ToString();
    }

    // `at` is the character after the backslash; returns the last one used.
    private static int AppendEscape(StringBuilder text, ReadOnlySpan<char> body, int at, int line)
    {
        switch (body[at])
        {
            case '\n': return at;
            case '\\' or '\'' or '"': text.Append(body[at]); return at;
            case 'a': text.Append('\a'); return at;
            case 'b': text.Append('\b'); return at;
            case 'f': text.Append('\f'); return at;
            case 'n': text.Append('\n'); return at;
            case 'r': text.Append('\r'); return at;
            case 't': text.Append('\t'); return at;
            case 'v': text.Append('\v'); return at;
            case 'x': return AppendHex(text, body, at, 2, line);
            case 'u': return AppendHex(text, body, at, 4, line);
            case 'U': return AppendHex(text, body, at, 8, line);
            case >= '0' and <= '7': return AppendOctal(text, body, at);
            default: text.Append('\\').Append(body[at]); return at;
        }
    }

    private static int AppendHex(StringBuilder text, ReadOnlySpan<char> body, int at, int digits, int line)
    {
        var hex = body[(at + 1)..Math.Min(body.Length, at + 1 + digits)];
        if (hex.Length < digits ||
            !uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw Fault.Syntax($"truncated \\{body[at]} escape", line);
        }

        if (code > 0x10FFFF)
        {
            throw Fault.Syntax("illegal Unicode character", line);
        }

        PythonText.Append(text, (int)code);
        return at + digits;
    }

    private static int AppendOctal(StringBuilder text, ReadOnlySpan<char> body, int at)
    {
        var code = 0;
        var end = at;
        while (end < body.Length && end < at + 3 && body[end] is >= '0' and <= '7')
        {
            code = (code * 8) + (body[end++] - '0');
        }

        PythonText.Append(text, code);
        return end - 1;
    }
}
