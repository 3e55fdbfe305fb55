using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Steps that several pre-tokenisers share; each returns the position it reached.</summary>
internal static class Scan
{
    /// <summary>Passes code points that have one of the classes.</summary>
    public static int While(ReadOnlySpan<char> text, int at, CharacterClass any)
    {
        var start = at;
        while (at < text.Length && (CharacterClasses.Get(text, at, out var length) & any) != 0)
        {
            at += length;
        }

        WorkMeter.Add(at - start);
        return at;
    }

    /// <summary>Passes code points that have none of the classes.</summary>
    public static int Until(ReadOnlySpan<char> text, int at, CharacterClass any)
    {
        var start = at;
        while (at < text.Length && (CharacterClasses.Get(text, at, out var length) & any) == 0)
        {
            at += length;
        }

        WorkMeter.Add(at - start);
        return at;
    }

    /// <summary>Passes <c>'s 't 're 've 'm 'll 'd</c>; stays where none stands.</summary>
    public static int Contraction(ReadOnlySpan<char> text, int at, bool ignoreCase)
    {
        var rest = text[at..];
        if (rest.Length < 2 || rest[0] != '\'') return at;

        var first = Fold(rest[1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd') return at + 2;
        if (rest.Length < 3) return at;

        return (first, Fold(rest[2], ignoreCase)) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? at + 3 : at;
    }

    /// <summary>Passes a few numeric code points.</summary>
    public static int Numbers(ReadOnlySpan<char> text, int at, int most)
    {
        for (var count = 0; count < most && at < text.Length; count++)
        {
            if ((CharacterClasses.Get(text, at, out var length) & CharacterClass.Number) == 0) break;

            at += length;
        }

        return at;
    }

    /// <summary>Passes <c> ?[^\s\p{L}\p{N}]+</c>; stays where that does not match.</summary>
    public static int Symbols(ReadOnlySpan<char> text, int at)
    {
        var start = text[at] == ' ' ? at + 1 : at;
        var end = Until(text, start, CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space);
        return end > start ? end : at;
    }

    /// <summary>Passes <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>: up to the last line break of the whitespace, if it has one.</summary>
    public static int WhitespaceWithLineBreaks(ReadOnlySpan<char> text, int start)
    {
        var end = While(text, start, CharacterClass.Space);
        var lastBreak = text[start..end].LastIndexOfAny('\r', '\n');
        return lastBreak >= 0 ? start + lastBreak + 1 : Whitespace(start, end, end == text.Length);
    }

    /// <summary>
    /// The end of a piece of whitespace, <c>\s+(?!\S)|\s+</c>: all of it before the end of the text, otherwise all but
    /// the last, which belongs to what follows; a single one stands alone.
    /// </summary>
    public static int Whitespace(int start, int end, bool endsText) =>
        endsText || end - start == 1 ? end : end - 1;

    /// <summary>Lower case of what contractions are made of; U+017F folds to s in every Unicode-aware expression.</summary>
    private static char Fold(char character, bool ignoreCase)
    {
        if (!ignoreCase) return character;

        return character == '\u017F' ? 's' : char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character;
    }
}
