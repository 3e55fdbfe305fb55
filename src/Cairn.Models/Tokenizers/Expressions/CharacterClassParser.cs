using System.Text;

namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>Parses a class in brackets: ranges, escapes, classes in it, <c>&amp;&amp;</c>.</summary>
internal sealed class CharacterClassParser(string text, int position, bool ignoresCase)
{
    private const int DeepestNesting = 16;

    private int _at = position;
    private int _depth;

    /// <summary>Parses the class that starts at the given place.</summary>
    /// <param name="end">The place behind it.</param>
    /// <exception cref="ExpressionException">It is malformed or not supported.</exception>
    public CodePointSet Parse(out int end)
    {
        var set = ParseClass();
        end = _at;
        return set;
    }

    private CodePointSet ParseClass()
    {
        if (++_depth > DeepestNesting) throw new ExpressionException($"classes nested deeper than {DeepestNesting}");

        _at++;
        var isNegated = TryTake('^');
        if (IsNext(']')) throw new ExpressionException($"the class at {_at} that begins with ']'");
        if (IsNext(':')) throw new ExpressionException($"the named class at {_at}");

        CodePointSet? others = null;
        var parts = new List<CodePointSet>();
        while (!TryTake(']'))
        {
            if (_at >= text.Length) throw new ExpressionException($"the class at {_at} is not closed");

            if (text.AsSpan(_at).StartsWith("&&"))
            {
                _at += 2;
                others = Meet(others, Join(parts));
                parts.Clear();
            }
            else
            {
                parts.Add(ParsePart());
            }
        }

        _depth--;
        var set = Meet(others, Join(parts));
        return isNegated ? set.Complement() : set;
    }

    private static CodePointSet Meet(CodePointSet? others, CodePointSet set) => others is null ? set : others.Intersect(set);

    private static CodePointSet Join(List<CodePointSet> parts) => CodePointSet.OfRanges(parts.SelectMany(part => part.Ranges));

    private CodePointSet ParsePart()
    {
        if (text[_at] == '[') return ParseClass();

        var first = ParseCharacter(out var set);
        if (set is not null)
        {
            if (IsNext('-') && !IsNext(']', 1)) throw new ExpressionException($"a range that begins with a class at {_at}");
            return set;
        }

        if (!IsNext('-') || IsNext(']', 1) || IsNext('[', 1)) return Fold(CodePointSet.OfRange(first, first));
        _at++;
        var last = ParseCharacter(out set);
        if (set is not null || last < first) throw new ExpressionException($"the range that ends at {_at}");

        return Fold(CodePointSet.OfRange(first, last));
    }

    private int ParseCharacter(out CodePointSet? set)
    {
        set = null;
        if (_at >= text.Length) throw new ExpressionException($"the class at {_at} is not closed");

        if (text[_at] == '\\')
        {
            var escape = EscapeParser.Parse(text, ref _at);
            if (escape.CodePoint is { } codePoint) return codePoint;
            if (ignoresCase && !escape.IsCaseless) throw new ExpressionException("a category without regard to case");

            set = escape.Set;
            return -1;
        }

        Rune.DecodeFromUtf16(text.AsSpan(_at), out var rune, out var length);
        _at += length;
        return rune.Value;
    }

    private CodePointSet Fold(CodePointSet set)
    {
        if (!ignoresCase) return set;

        return set.Ranges.All(range => range.End < 0x80)
            ? ExpressionParser.FoldAscii(set)
            : throw new ExpressionException("a character beyond ASCII without regard to case");
    }

    private bool IsNext(char character, int ahead = 0) => _at + ahead < text.Length && text[_at + ahead] == character;

    private bool TryTake(char character)
    {
        if (!IsNext(character)) return false;

        _at++;
        return true;
    }
}
