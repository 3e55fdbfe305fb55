using System.Globalization;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Lexing;

/// <summary>Splits the inside of one <c>{% … %}</c> or <c>{{ … }}</c>, up to and with its closing delimiter.</summary>
internal sealed class TagLexer(string source, int position, bool isBlock, Func<int, int> lineAt, List<Token> tokens)
{
    // Longest first: "**" must win over "*".
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=",
        "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly Stack<char> _open = new();

    /// <summary>
    /// Lexes the tag and returns the position after it; at the end of the source the tag stays unclosed.
    /// </summary>
    public int Run()
    {
        while (position < source.Length)
        {
            if (_open.Count == 0 && TryClose())
            {
                return position;
            }

            LexToken();
        }

        return position;
    }

    private bool TryClose()
    {
        var close = isBlock ? "%}" : "}}";
        var kind = isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd;
        var line = lineAt(position);
        if (Matches(close))
        {
            position += 2;
            if (isBlock && position < source.Length && source[position] == '\n')
            {
                position++;
            }
        }
        else if (Matches("-" + close))
        {
            position += 3;
            SkipSpace();
        }
        else if (isBlock && Matches("+" + close))
        {
            position += 3;
        }
        else
        {
            return false;
        }

        tokens.Add(new Token(kind, "", line));
        return true;
    }

    private void LexToken()
    {
        var c = source[position];
        if (PythonText.IsSpace(c))
        {
            SkipSpace();
        }
        else if (char.IsAsciiDigit(c))
        {
            LexNumber();
        }
        else if (IsNameStart(c))
        {
            var start = position;
            while (position < source.Length && IsNamePart(source[position]))
            {
                position++;
            }

            Add(TokenKind.Name, source[start..position], start);
        }
        else if (c is '\'' or '"')
        {
            LexString(c);
        }
        else
        {
            LexOperator();
        }
    }

    private void LexNumber()
    {
        var start = position;
        var prefix = position + 1 < source.Length ? char.ToLowerInvariant(source[position + 1]) : '\0';
        if (source[position] == '0' && prefix is 'x' or 'o' or 'b')
        {
            position += 2;
            Take(c => c == '_' || char.IsAsciiHexDigit(c));
            Add(TokenKind.Integer, Digits(start), start);
            return;
        }

        TakeDigits();

        // "x.1.2" is an item of an item: after a dot a number has no fraction.
        var afterDot = start > 0 && source[start - 1] == '.';
        var isFloat = false;
        if (!afterDot && At(position) == '.' && char.IsAsciiDigit(At(position + 1)))
        {
            isFloat = true;
            position++;
            TakeDigits();
        }

        if (!afterDot && At(position) is 'e' or 'E')
        {
            var digits = position + (At(position + 1) is '+' or '-' ? 2 : 1);
            if (char.IsAsciiDigit(At(digits)))
            {
                isFloat = true;
                position = digits;
                TakeDigits();
            }
        }

        if (!isFloat && source[start] == '0')
        {
            // Zeros only: what follows them is a token of its own.
            position = start;
            Take(c => c is '0' or '_');
        }

        Add(isFloat ? TokenKind.Float : TokenKind.Integer, Digits(start), start);
    }

    private void LexString(char quote)
    {
        var start = position;
        var end = position + 1;
        while (end < source.Length && source[end] != quote)
        {
            end += source[end] == '\\' ? 2 : 1;
        }

        if (end >= source.Length)
        {
            throw UnexpectedCharacter();
        }

        position = end + 1;
        Add(TokenKind.String, StringLiteral.Unescape(source.AsSpan(start + 1, end - start - 1), lineAt(start)), start);
    }

    private void LexOperator()
    {
        var found = Array.Find(Operators, Matches) ?? throw UnexpectedCharacter();
        switch (found[0])
        {
            case '(': _open.Push(')'); break;
            case '[': _open.Push(']'); break;
            case '{': _open.Push('}'); break;
            case ')' or ']' or '}': CheckClosing(found[0]); break;
        }

        Add(TokenKind.Operator, found, position);
        position += found.Length;
    }

    private ChatTemplateException UnexpectedCharacter() => Fault.Syntax(
        $"unexpected char {PythonText.Represent(source[position].ToString())} at {position}", lineAt(position));

    private void CheckClosing(char close)
    {
        if (_open.Count == 0)
        {
            throw Fault.Syntax($"unexpected '{close}'", lineAt(position));
        }

        var expected = _open.Pop();
        if (expected != close)
        {
            throw Fault.Syntax($"unexpected '{close}', expected '{expected}'", lineAt(position));
        }
    }

    private string Digits(int start) => source[start..position].Replace("_", "", StringComparison.Ordinal);

    private void TakeDigits() =>
        Take(c => char.IsAsciiDigit(c) || (c == '_' && char.IsAsciiDigit(At(position + 1))));

    private void Take(Func<char, bool> wanted)
    {
        while (position < source.Length && wanted(source[position]))
        {
            position++;
        }
    }

    private void SkipSpace() => Take(PythonText.IsSpace);

    private char At(int index) => index < source.Length ? source[index] : '\0';

    private bool Matches(string text) => string.CompareOrdinal(source, position, text, 0, text.Length) == 0;

    private void Add(TokenKind kind, string text, int at) => tokens.Add(new Token(kind, text, lineAt(at)));

    private static bool IsNameStart(char c) => c == '_' || char.IsLetter(c);

    private static bool IsNamePart(char c) =>
        c == '_' || char.IsLetterOrDigit(c) ||
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
