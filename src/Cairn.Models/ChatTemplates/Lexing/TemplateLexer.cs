using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates.Lexing;

/// <summary>
/// Splits a template into tokens with Jinja's whitespace rules for <c>trim_blocks</c> and <c>lstrip_blocks</c>:
/// a line break right after a block or comment goes, blanks between a line's start and a block go, and the signs
/// <c>-</c> and <c>+</c> beside a delimiter strip or keep all of it.
/// </summary>
/// <remarks>Behaviour of jinja2 3.1.6, <c>lexer.py</c>, as transformers configures it.</remarks>
internal sealed class TemplateLexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;
    private int _countedTo;

    private TemplateLexer(string source) => _source = source;

    /// <summary>Tokens of a template, closed by one <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="ChatTemplateException">A tag, comment, raw block or literal is malformed.</exception>
    public static List<Token> Tokenize(string source)
    {
        var lexer = new TemplateLexer(NormalizeNewlines(source));
        lexer.Run();
        return lexer._tokens;
    }

    // Line breaks become LF, and one at the very end is dropped.
    private static string NormalizeNewlines(string source)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    private void Run()
    {
        while (_position < _source.Length)
        {
            var open = FindOpening(_position);
            if (open < 0)
            {
                Add(TokenKind.Data, _source[_position..], _position);
                _position = _source.Length;
                break;
            }

            LexConstruct(open);
        }

        Add(TokenKind.End, "", _source.Length);
    }

    private int FindOpening(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '%' or '{' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    private void LexConstruct(int open)
    {
        var kind = _source[open + 1];
        var sign = SignAt(open + 2);
        AddData(_position, open, sign, keepIndent: kind == '{');
        var body = open + (sign == '\0' ? 2 : 3);
        if (kind == '%' && MatchRaw(body, "raw", out var afterRaw))
        {
            LexRaw(open, afterRaw);
        }
        else if (kind == '#')
        {
            SkipComment(open, body);
        }
        else
        {
            var isBlock = kind == '%';
            Add(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "", open);
            _position = new TagLexer(_source, body, isBlock, LineAt, _tokens).Run();
        }
    }

    private char SignAt(int index) => index < _source.Length && _source[index] is '-' or '+' ? _source[index] : '\0';

    private void AddData(int start, int end, char sign, bool keepIndent)
    {
        var text = _source.AsSpan(start, end - start);
        if (sign == '-')
        {
            text = PythonText.TrimEnd(text);
        }
        else if (sign != '+' && !keepIndent)
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            var atLineStart = lineStart > 0 || start == 0 || _source[start - 1] == '\n';
            if (atLineStart && PythonText.TrimEnd(text[lineStart..]).IsEmpty)
            {
                text = text[..lineStart];
            }
        }

        if (!text.IsEmpty)
        {
            Add(TokenKind.Data, text.ToString(), start);
        }
    }

    // After "{%" and its sign: blanks, the word, blanks, and a closing delimiter.
    private bool MatchRaw(int index, string word, out int after)
    {
        after = 0;
        index = SkipSpace(index);
        if (string.CompareOrdinal(_source, index, word, 0, word.Length) != 0)
        {
            return false;
        }

        index = SkipSpace(index + word.Length);
        if (Matches(index, "-%}"))
        {
            after = SkipSpace(index + 3);
            return true;
        }

        // A line break after "{% raw %}" stays; one after "{% endraw %}" goes.
        var isEnd = word == "endraw";
        var plus = isEnd && Matches(index, "+%}");
        if (!plus && !Matches(index, "%}"))
        {
            return false;
        }

        after = index + (plus ? 3 : 2);
        after += isEnd && !plus && after < _source.Length && _source[after] == '\n' ? 1 : 0;
        return true;
    }

    private void LexRaw(int open, int start)
    {
        for (var i = _source.IndexOf("{%", start, StringComparison.Ordinal); i >= 0;
             i = _source.IndexOf("{%", i + 1, StringComparison.Ordinal))
        {
            var sign = SignAt(i + 2);
            if (MatchRaw(i + (sign == '\0' ? 2 : 3), "endraw", out var after))
            {
                AddData(start, i, sign, keepIndent: false);
                _position = after;
                return;
            }
        }

        throw Fault.Syntax("Missing end of raw directive", LineAt(open));
    }

    private void SkipComment(int open, int body)
    {
        // An opening at the very end of the template closes with it.
        if (body >= _source.Length)
        {
            _position = _source.Length;
            return;
        }

        var close = _source.IndexOf("#}", body, StringComparison.Ordinal);
        if (close < 0)
        {
            throw Fault.Syntax("Missing end of comment tag", LineAt(open));
        }

        var sign = close > body ? _source[close - 1] : '\0';
        var after = close + 2;
        _position = sign switch
        {
            '-' => SkipSpace(after),
            '+' => after,
            _ => after < _source.Length && _source[after] == '\n' ? after + 1 : after,
        };
    }

    private int SkipSpace(int index)
    {
        while (index < _source.Length && PythonText.IsSpace(_source[index]))
        {
            index++;
        }

        return index;
    }

    private bool Matches(int index, string text) => string.CompareOrdinal(_source, index, text, 0, text.Length) == 0;

    private void Add(TokenKind kind, string text, int at) => _tokens.Add(new Token(kind, text, LineAt(at)));

    // Positions are asked for in rising order, so each line break is counted once.
    private int LineAt(int position)
    {
        if (position > _countedTo)
        {
            _line += _source.AsSpan(_countedTo, position - _countedTo).Count('\n');
            _countedTo = position;
        }

        return _line;
    }
}
