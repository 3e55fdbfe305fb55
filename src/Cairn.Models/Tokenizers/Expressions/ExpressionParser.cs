using System.Globalization;
using System.Text;

namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>Parses expressions in Oniguruma's syntax, which the Hugging Face library uses.</summary>
/// <remarks>
/// Whatever is not certain to mean the same here is refused: back references, look-behind and look-ahead without bounds,
/// atomic groups of more than one character class, options other than <c>i</c>, and <c>i</c> for anything but ASCII
/// text, since the folding of other characters differs between libraries. <c>^</c> and <c>$</c> are ends of lines and
/// <c>.</c> is all but a line feed, always.
/// </remarks>
internal sealed class ExpressionParser
{
    private const int LongestExpression = 16_384;
    private const int DeepestNesting = 64;
    private const int MostRepeats = 1_000;
    private const int LongSmallS = 0x17F, KelvinSign = 0x212A;

    /// <summary>Pairs of ASCII letters that case folding also finds in one other character (ß, ﬀ, ﬁ, ﬂ, ﬆ).</summary>
    private static readonly string[] FoldedPairs = ["ss", "ff", "fi", "fl", "st"];

    private readonly string _text;
    private int _at;
    private int _depth;
    private bool _ignoresCase;

    private ExpressionParser(string text) => _text = text;

    private bool IsAtEnd => _at == _text.Length;

    private char Next => _text[_at];

    /// <summary>Parses a whole expression.</summary>
    /// <exception cref="ExpressionException">It is malformed or not supported.</exception>
    public static ExpressionNode Parse(string text)
    {
        if (text.Length > LongestExpression) throw new ExpressionException($"it has more than {LongestExpression:N0} characters");

        var parser = new ExpressionParser(text);
        var node = parser.ParseChoice();
        return parser.IsAtEnd ? node : throw new ExpressionException($"a ')' at {parser._at} closes nothing");
    }

    private ExpressionNode ParseChoice()
    {
        if (++_depth > DeepestNesting) throw new ExpressionException($"it is nested deeper than {DeepestNesting}");

        var ignoresCase = _ignoresCase;
        var choices = new List<ExpressionNode> { ParseSequence() };
        while (TryTake('|'))
        {
            choices.Add(ParseSequence());
        }

        _ignoresCase = ignoresCase;
        _depth--;
        return choices is [var only] ? only : new ChoiceNode(choices);
    }

    private SequenceNode ParseSequence()
    {
        var parts = new List<ExpressionNode>();
        var folded = '\0';
        while (!IsAtEnd && Next is not ('|' or ')'))
        {
            var start = _at;
            var part = ParseRepeated();
            if (part is null) continue;

            parts.Add(part);
            folded = CheckFolding(folded, start);
        }

        return new SequenceNode(parts);
    }

    /// <summary>Refuses two letters in a row whose folding is more than the letters.</summary>
    private char CheckFolding(char before, int start)
    {
        var letter = _ignoresCase && _at == start + 1 && char.IsAsciiLetter(_text[start]) ? char.ToLowerInvariant(_text[start]) : '\0';
        return letter != '\0' && FoldedPairs.Contains($"{before}{letter}")
            ? throw new ExpressionException($"'{before}{letter}' without regard to case also means one other character")
            : letter;
    }

    /// <summary>An atom with what follows it; null for an option that applies from here on.</summary>
    private ExpressionNode? ParseRepeated()
    {
        var node = ParseAtom();
        while (node is not null && !IsAtEnd && TryParseCount(out var least, out var most, out var isInterval))
        {
            if (node is NeighborNode or LookAheadNode or AnchorNode) throw new ExpressionException($"a repeated place at {_at}");

            if (TryTake('?'))
            {
                if (isInterval && least == most) throw new ExpressionException($"the lazy count at {_at}");
                node = new RepeatNode(node, least, most, IsLazy: true);
            }
            else if (!IsAtEnd && Next == '+')
            {
                if (isInterval) throw new ExpressionException($"the '+' after a count at {_at}");
                _at++;
                node = MakeRun(node, least, most);
            }
            else
            {
                node = new RepeatNode(node, least, most, IsLazy: false);
            }
        }

        return node;
    }

    private RunNode MakeRun(ExpressionNode node, int least, int? most) => Unwrap(node) is SetNode set
        ? new RunNode(set.Set, least, most)
        : throw new ExpressionException($"a possessive repetition of more than one character class before {_at}");

    private bool TryParseCount(out int least, out int? most, out bool isInterval)
    {
        (least, most, isInterval) = (0, null, false);
        switch (Next)
        {
            case '*':
                break;
            case '+':
                least = 1;
                break;
            case '?':
                most = 1;
                break;
            case '{':
                isInterval = true;
                return TryParseInterval(out least, out most);
            default:
                return false;
        }

        _at++;
        return true;
    }

    /// <summary><c>{n}</c>, <c>{n,}</c>, <c>{n,m}</c>, <c>{,m}</c>; anything else in braces is text.</summary>
    private bool TryParseInterval(out int least, out int? most)
    {
        (least, most) = (0, null);
        var end = _text.IndexOf('}', _at);
        if (end < 0) return false;

        var inner = _text.AsSpan(_at + 1, end - _at - 1);
        var comma = inner.IndexOf(',');
        var first = comma < 0 ? inner : inner[..comma];
        var second = comma < 0 ? inner : inner[(comma + 1)..];
        if ((first.Length == 0 && second.Length == 0) || first.ContainsAnyExceptInRange('0', '9') || second.ContainsAnyExceptInRange('0', '9')) return false;

        least = first.Length == 0 ? 0 : ParseCount(first);
        most = second.Length == 0 ? null : ParseCount(second);
        if (most < least) throw new ExpressionException($"the count at {_at} runs backwards");

        _at = end + 1;
        return true;
    }

    private static int ParseCount(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostRepeats
            ? count
            : throw new ExpressionException($"a count above {MostRepeats:N0}");

    private ExpressionNode? ParseAtom()
    {
        switch (Next)
        {
            case '(':
                return ParseGroup();
            case '[':
                return new SetNode(new CharacterClassParser(_text, _at, _ignoresCase).Parse(out _at));
            case '.':
                _at++;
                return new SetNode(CodePointSet.OfRange('\n', '\n').Complement());
            case '^':
                _at++;
                return new AnchorNode(AnchorKind.LineStart);
            case '$':
                _at++;
                return new AnchorNode(AnchorKind.LineEnd);
            case '\\':
                return ParseEscape();
            case '*' or '+' or '?':
                throw new ExpressionException($"'{Next}' at {_at} repeats nothing");
            default:
                Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var length);
                _at += length;
                return Literal(rune.Value);
        }
    }

    private SetNode Literal(int codePoint)
    {
        if (!_ignoresCase) return new SetNode(CodePointSet.OfRange(codePoint, codePoint));
        if (codePoint > 0x7F) throw new ExpressionException("a character beyond ASCII without regard to case");

        return new SetNode(FoldAscii(CodePointSet.OfRange(codePoint, codePoint)));
    }

    /// <summary>Adds what differs from ASCII letters of a set in case only.</summary>
    public static CodePointSet FoldAscii(CodePointSet set)
    {
        var ranges = set.Ranges.ToList();
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            var upper = char.ToUpperInvariant(letter);
            if (!set.Contains(letter) && !set.Contains(upper)) continue;

            ranges.AddRange([(letter, letter), (upper, upper)]);
            if (letter == 's') ranges.Add((LongSmallS, LongSmallS));
            if (letter == 'k') ranges.Add((KelvinSign, KelvinSign));
        }

        return CodePointSet.OfRanges(ranges);
    }

    private ExpressionNode ParseEscape()
    {
        AnchorKind? anchor = _at + 1 < _text.Length ? _text[_at + 1] switch
        {
            'A' => AnchorKind.TextStart,
            'z' => AnchorKind.TextEnd,
            'Z' => AnchorKind.LastLineEnd,
            _ => null,
        } : null;
        if (anchor is { } kind)
        {
            _at += 2;
            return new AnchorNode(kind);
        }

        var escape = EscapeParser.Parse(_text, ref _at);
        if (escape.CodePoint is { } codePoint) return Literal(codePoint);

        // Space and digits are what they are in either case; a set by category need not be.
        return _ignoresCase && !escape.IsCaseless
            ? throw new ExpressionException("a category without regard to case")
            : new SetNode(escape.Set!);
    }

    private ExpressionNode? ParseGroup()
    {
        var start = _at++;
        if (!TryTake('?')) return Close(ParseChoice(), start);
        if (TryTake(':')) return Close(ParseChoice(), start);
        if (TryTake('=')) return MakeLookAhead(Close(ParseChoice(), start), isNegated: false);
        if (TryTake('!')) return MakeLookAhead(Close(ParseChoice(), start), isNegated: true);
        if (TryTake('>')) return MakeAtomic(Close(ParseChoice(), start));
        if (TryTake('<'))
        {
            if (TryTake('=')) return MakeLookBehind(Close(ParseChoice(), start), isNegated: false);
            if (TryTake('!')) return MakeLookBehind(Close(ParseChoice(), start), isNegated: true);

            var end = _text.IndexOf('>', _at);
            if (end < 0) throw new ExpressionException($"the group at {start} has no name");
            _at = end + 1;
            return Close(ParseChoice(), start);
        }

        return ParseOption(start);
    }

    private ExpressionNode? ParseOption(int start)
    {
        var isOff = TryTake('-');
        if (!TryTake('i')) throw new ExpressionException($"the group '{_text[start..Math.Min(start + 3, _text.Length)]}' at {start}");

        if (TryTake(')'))
        {
            // To Oniguruma the alternatives after an option are part of it, so that it may only open a group.
            if (start > 0 && _text[start - 1] is not ('(' or ':')) throw new ExpressionException($"the option at {start} that opens no group");
            _ignoresCase = !isOff;
            return null;
        }

        if (!TryTake(':')) throw new ExpressionException($"the options at {start}");

        var before = _ignoresCase;
        _ignoresCase = !isOff;
        var node = Close(ParseChoice(), start);
        _ignoresCase = before;
        return node;
    }

    private ExpressionNode Close(ExpressionNode node, int start) => TryTake(')')
        ? node
        : throw new ExpressionException($"the group at {start} is not closed");

    private static ExpressionNode MakeLookAhead(ExpressionNode node, bool isNegated)
    {
        if (Unwrap(node) is SetNode set) return new NeighborNode(set.Set, IsAfter: true, isNegated);

        return node.MostPassed is <= MostRepeats
            ? new LookAheadNode(node, isNegated)
            : throw new ExpressionException("a look-ahead without a bound");
    }

    private static NeighborNode MakeLookBehind(ExpressionNode node, bool isNegated) => Unwrap(node) is SetNode set
        ? new NeighborNode(set.Set, IsAfter: false, isNegated)
        : throw new ExpressionException("a look-behind of more than one character class");

    private static ExpressionNode MakeAtomic(ExpressionNode node) => Unwrap(node) switch
    {
        SetNode set => set,
        RunNode run => run,
        RepeatNode { IsLazy: false } repeat when Unwrap(repeat.Part) is SetNode set => new RunNode(set.Set, repeat.Least, repeat.Most),
        _ => throw new ExpressionException("an atomic group of more than one character class"),
    };

    private static ExpressionNode Unwrap(ExpressionNode node)
    {
        while (node is SequenceNode { Parts: [var only] })
        {
            node = only;
        }

        return node is ChoiceNode choice && choice.Choices.All(part => Unwrap(part) is SetNode)
            ? new SetNode(choice.Choices.Select(part => ((SetNode)Unwrap(part)).Set).Aggregate((all, set) => all.Union(set)))
            : node;
    }

    private bool TryTake(char character)
    {
        if (IsAtEnd || Next != character) return false;

        _at++;
        return true;
    }
}
