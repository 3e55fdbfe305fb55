using System.Globalization;

namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>What a backslash means: one character, or a set of them.</summary>
/// <param name="CodePoint">The character; null for a set.</param>
/// <param name="Set">The set; null for a character.</param>
/// <param name="IsCaseless">Whether the set is the same without regard to case.</param>
internal readonly record struct EscapeParser(int? CodePoint, CodePointSet? Set, bool IsCaseless)
{
    /// <summary>Reads an escape and moves behind it.</summary>
    /// <exception cref="ExpressionException">It is malformed or not supported.</exception>
    public static EscapeParser Parse(string text, ref int at)
    {
        var start = at++;
        if (at == text.Length) throw new ExpressionException("a backslash at the end");

        var letter = text[at++];
        return letter switch
        {
            's' => Caseless(CodePointClasses.Space),
            'S' => Caseless(CodePointClasses.Space.Complement()),
            'd' => Caseless(CodePointClasses.Digit),
            'D' => Caseless(CodePointClasses.Digit.Complement()),
            'w' => new(null, CodePointClasses.Word, false),
            'W' => new(null, CodePointClasses.Word.Complement(), false),
            'p' or 'P' => new(null, ParseProperty(text, ref at, letter == 'P'), false),
            'n' => One('\n'),
            'r' => One('\r'),
            't' => One('\t'),
            'f' => One('\f'),
            'v' => One('\v'),
            'a' => One('\a'),
            'e' => One(0x1B),
            'x' => One(ParseHex(text, ref at)),
            'u' => One(ParseDigits(text, ref at, 4)),
            _ when !char.IsAsciiLetterOrDigit(letter) && letter < 0x80 => One(letter),
            _ => throw new ExpressionException($"the escape '\\{letter}' at {start}"),
        };
    }

    private static EscapeParser One(int codePoint) => new(codePoint, null, true);

    private static EscapeParser Caseless(CodePointSet set) => new(null, set, true);

    private static CodePointSet ParseProperty(string text, ref int at, bool isNegated)
    {
        var end = at < text.Length && text[at] == '{' ? text.IndexOf('}', at) : -1;
        if (end < 0) throw new ExpressionException("a property without braces");

        var name = text[(at + 1)..end];
        at = end + 1;
        if (name.StartsWith('^')) (name, isNegated) = (name[1..], !isNegated);

        var set = CodePointClasses.Find(name) ?? throw new ExpressionException($"the property '{name}'");
        return isNegated ? set.Complement() : set;
    }

    /// <summary>One or two digits, or up to eight in braces.</summary>
    private static int ParseHex(string text, ref int at)
    {
        if (at < text.Length && text[at] == '{')
        {
            var end = text.IndexOf('}', at);
            if (end < 0) throw new ExpressionException("a number that is not closed");

            var number = Parse(text.AsSpan(at + 1, end - at - 1));
            at = end + 1;
            return number;
        }

        var length = 0;
        while (length < 2 && at + length < text.Length && char.IsAsciiHexDigit(text[at + length]))
        {
            length++;
        }

        var value = ParseDigits(text, ref at, length);
        return value < 0x80 ? value : throw new ExpressionException("a single byte beyond ASCII");
    }

    private static int ParseDigits(string text, ref int at, int length)
    {
        if (at + length > text.Length) throw new ExpressionException("a number that is cut off");

        at += length;
        return Parse(text.AsSpan(at - length, length));
    }

    private static int Parse(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= CodePointSet.Last and not (>= 0xD800 and <= 0xDFFF)
            ? number
            : throw new ExpressionException($"the number '{digits}'");
}
