using System.Buffers;
using System.Collections.Frozen;

namespace Cairn.Retrieval.Chunking;

/// <summary>Finds the sentences of a text as spans. Rules only, no model; English first, other scripts by punctuation.</summary>
/// <remarks>
/// A sentence ends at <c>. ! ? …</c> (with the quotes and brackets that close it) before white space and a character
/// that can begin a sentence, at <c>。！？</c>, at a blank line, and at the end of a line that is a heading, a table row
/// or a list item of its own. A full stop does not end one after an abbreviation, an initial or a list number, or
/// inside a number, an address or a file name. Line breaks within a paragraph do not end one. Time is linear in the text.
/// </remarks>
public static class SentenceSplitter
{
    private static readonly FrozenSet<string> Abbreviations = FrozenSet.ToFrozenSet(
    [
        "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "pres",
        "gov", "sen", "vs", "v", "cf", "e.g", "i.e", "eg", "ie", "viz", "ca", "approx", "resp", "incl", "eq", "eqs", "eqn",
        "vol", "vols",
        "eds", "op", "cit", "ibid", "dept", "univ", "assn", "bros", "mt", "ave", "blvd", "rd", "tel", "jan", "feb",
        "apr", "jun", "jul", "aug", "sept", "oct", "nov", "dec", "bzw", "z.b", "u.a", "d.h", "nr", "bd", "hrsg",
    ]);

    // Abbreviations only before a number, a bracket or the like: "No. 5", but "he said no. Then".
    private static readonly FrozenSet<string> NumberAbbreviations = FrozenSet.ToFrozenSet(
    [
        "no", "nos", "p", "pp", "art", "ed", "est", "fig", "figs", "sec", "ch", "al", "ref", "refs", "tab", "abs", "rep",
        "mar", "para", "ext",
    ]);

    // These end a sentence only when the next word is one that often begins one: "in the U.S. The", "the U.S. Treasury".
    private static readonly FrozenSet<string> ClosingAbbreviations = FrozenSet.ToFrozenSet(
    [
        "inc", "ltd", "co", "corp", "llc", "a.m", "p.m", "u.s", "u.k", "u.n", "e.u", "u.s.a", "ph.d", "b.c", "a.d", "m.d",
        "b.sc", "m.sc", "d.c",
    ]);

    private static readonly FrozenSet<string> Starters = FrozenSet.ToFrozenSet(
    [
        "The", "A", "An", "This", "That", "These", "Those", "It", "Its", "He", "She", "They", "We", "You", "I", "In",
        "On", "At", "For", "From", "If", "When", "While", "As", "But", "And", "Or", "So", "However", "There", "Here",
        "Our", "Your", "Their", "His", "Her", "My", "What", "Why", "How", "Who", "Where", "To", "With", "Then", "Use",
        "Such", "Some", "Most", "Many", "Each", "Both", "After", "Before", "During", "Since", "Because", "Also", "Not",
    ]);

    private static readonly SearchValues<char> Closers = SearchValues.Create("\"'”’»)]}*_`」』）");

    private const int LongestAbbreviation = 8;

    /// <summary>Sentences of the whole text.</summary>
    public static IReadOnlyList<TextSpan> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Split(text, 0, text.Length);
    }

    /// <summary>Sentences of a part of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">First character of the part.</param>
    /// <param name="end">Offset just behind the part.</param>
    /// <returns>
    /// Spans in <paramref name="text"/>, in order, without overlap, each without white space at its ends; between them
    /// lies white space only. List and heading marks belong to their sentence.
    /// </returns>
    public static IReadOnlyList<TextSpan> Split(string text, int start, int end)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, text.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, end);

        var sentences = new List<TextSpan>();
        var first = start;
        for (var i = start; i < end; i++)
        {
            var behind = text[i] switch
            {
                '\n' => LineEndsSentence(text, first, i, end) ? i + 1 : -1,
                '.' or '!' or '?' or '…' => IsTerminator(text, first, i - 1) ? -1 : EndOfTerminator(text, first, i, end),
                '。' or '！' or '？' or '｡' => SkipClosers(text, i + 1, end),
                _ => -1,
            };
            if (behind < 0)
            {
                continue;
            }

            Add(sentences, text, first, behind);
            first = behind;
            i = behind - 1;
        }

        Add(sentences, text, first, end);
        return sentences;
    }

    private static void Add(List<TextSpan> sentences, string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (start < end)
        {
            sentences.Add(new TextSpan(start, end));
        }
    }

    /// <summary>Whether the line break at <paramref name="at"/> ends a sentence.</summary>
    private static bool LineEndsSentence(string text, int first, int at, int end)
    {
        var next = at + 1;
        while (next < end && text[next] is ' ' or '\t' or '\r')
        {
            next++;
        }

        return next >= end || text[next] == '\n' || IsMarkedLine(text, next, end) || EndsWithHeadingOrRow(text, first, at);
    }

    /// <summary>Whether a line that begins here stands for itself: heading, list item, table row, quote, fence.</summary>
    private static bool IsMarkedLine(string text, int at, int end)
    {
        var c = text[at];
        if (c is '|' or '#' || IsBullet(c))
        {
            return c is '|' or '•' or '▪' or '‣' || (at + 1 < end && (text[at + 1] is ' ' or '\t' || (c == '#' && text[at + 1] == '#')));
        }

        if (c is '>' || (c is '`' or '~' && at + 2 < end && text[at + 1] == c && text[at + 2] == c))
        {
            return true;
        }

        return ListNumberEnd(text, at, end) > 0;
    }

    private static bool IsBullet(char c) => c is '-' or '*' or '+' or '•' or '▪' or '‣';

    /// <summary>Offset behind a list number such as <c>12.</c>, <c>3)</c> or <c>a)</c> that white space follows; 0 if none.</summary>
    private static int ListNumberEnd(string text, int at, int end)
    {
        var i = at;
        while (i < end && i - at < 3 && char.IsAsciiDigit(text[i]))
        {
            i++;
        }

        var isLetter = i == at && i + 1 < end && char.IsAsciiLetter(text[i]) && text[i + 1] == ')';
        i += isLetter ? 1 : 0;
        var isMark = i > at && i < end && (text[i] == ')' || (text[i] == '.' && !isLetter));
        return isMark && i + 1 < end && text[i + 1] is ' ' or '\t' ? i + 1 : 0;
    }

    /// <summary>Whether the line that ends at <paramref name="at"/> is a heading or a table row.</summary>
    private static bool EndsWithHeadingOrRow(string text, int first, int at)
    {
        var lineStart = at == 0 ? 0 : text.LastIndexOf('\n', at - 1, at - first) + 1;
        lineStart = Math.Max(lineStart, first);
        while (lineStart < at && text[lineStart] is ' ' or '\t')
        {
            lineStart++;
        }

        var last = at;
        while (last > lineStart && char.IsWhiteSpace(text[last - 1]))
        {
            last--;
        }

        return last > lineStart && ((text[lineStart] == '#' && IsMarkedLine(text, lineStart, last)) || text[last - 1] == '|');
    }

    /// <summary>Whether a mark before decides for the whole run of marks.</summary>
    private static bool IsTerminator(string text, int first, int at) =>
        at >= first && (text[at] is '.' or '!' or '?' or '…');

    /// <summary>Offset behind the sentence when the mark at <paramref name="at"/> ends it; otherwise -1.</summary>
    private static int EndOfTerminator(string text, int first, int at, int end)
    {
        var last = at;
        while (last + 1 < end && text[last + 1] is '.' or '!' or '?' or '…')
        {
            last++;
        }

        var behind = SkipClosers(text, last + 1, end);
        if (behind < end && !char.IsWhiteSpace(text[behind]) && !IsFootnoteMark(text, behind, end))
        {
            return -1;
        }

        var next = behind;
        while (next < end && !char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        behind = next;
        while (next < end && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        if (next >= end)
        {
            return behind;
        }

        var isSingleStop = text[at] == '.' && last == at;
        var continues = char.IsLower(text[next]) || (isSingleStop && IsAbbreviation(text, first, at, next, end));
        return continues ? -1 : behind;
    }

    /// <summary>A reference such as [3] or ¹ that follows the full stop without a space.</summary>
    private static bool IsFootnoteMark(string text, int at, int end)
    {
        var i = at;
        if (text[i] == '[')
        {
            while (i < end && (char.IsAsciiDigit(text[i]) || text[i] is '[' or ']' or ',' or '-' or '–' or '^'))
            {
                i++;
            }

            return (i >= end || char.IsWhiteSpace(text[i])) && text[i - 1] == ']' && i - at > 2;
        }

        while (i < end && text[i] is '¹' or '²' or '³' or (>= '⁰' and <= '⁹'))
        {
            i++;
        }

        return i > at && (i >= end || char.IsWhiteSpace(text[i]));
    }

    private static int SkipClosers(string text, int at, int end)
    {
        while (at < end && Closers.Contains(text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Whether the word before the full stop at <paramref name="at"/> is shortened by it.</summary>
    private static bool IsAbbreviation(string text, int first, int at, int next, int end)
    {
        var start = at;
        while (start > first && at - start <= LongestAbbreviation && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        var length = at - start;
        if (length is 0 or > LongestAbbreviation)
        {
            return false;
        }

        var word = text.AsSpan(start, length);
        if (char.IsAsciiDigit(word[0]))
        {
            return IsListNumber(text, first, start, word);
        }

        var lower = word.ToString().ToLowerInvariant();
        if (ClosingAbbreviations.Contains(lower) || (length == 1 && char.IsUpper(word[0]) && word[0] != 'I'))
        {
            return !IsStarter(text, next, end);
        }

        if (NumberAbbreviations.Contains(lower))
        {
            return !char.IsLetter(text[next]);
        }

        return Abbreviations.Contains(lower);
    }

    private static bool IsStarter(string text, int at, int end)
    {
        var behind = at;
        while (behind < end && char.IsLetter(text[behind]))
        {
            behind++;
        }

        return Starters.Contains(text[at..behind]);
    }

    /// <summary>Whether a number before a full stop is the mark of a list item at the start of its line.</summary>
    private static bool IsListNumber(string text, int first, int start, ReadOnlySpan<char> word)
    {
        if (word.Length > 3 || word.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var before = start;
        while (before > first && text[before - 1] is ' ' or '\t')
        {
            before--;
        }

        return before == first || text[before - 1] == '\n';
    }
}
