using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>The rule of o200k (GPT-4o) and of Tekken (Mistral): words are also cut where lower case turns to upper case.</summary>
/// <param name="longestNumber">Most numeric characters in one piece: 3 for o200k, 1 for Tekken.</param>
/// <param name="attachesContractions">Whether a contraction stays with its word: it does in o200k.</param>
/// <remarks>
/// <c>P?U*W+C?|P?U+W*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>, published with tiktoken, where
/// P = <c>[^\r\n\p{L}\p{N}]</c>, U = <c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]</c>, W = <c>[\p{Ll}\p{Lm}\p{Lo}\p{M}]</c>,
/// C = <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)</c>. Tekken's has no C and single numbers.
/// </remarks>
internal sealed class O200kPreTokenizer(int longestNumber, bool attachesContractions) : CoveringPreTokenizer
{
    public override string Name => attachesContractions ? $"o200k({longestNumber})" : $"tekken({longestNumber})";

    protected override int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var first = CharacterClasses.Get(text, start, out var length);
        var isPrefix = (first & (CharacterClass.Letter | CharacterClass.Number | CharacterClass.LineBreak)) == 0;
        var wordEnd = FindWordEnd(text, start, isPrefix ? start + length : start);
        if (wordEnd > start) return attachesContractions ? Scan.Contraction(text, wordEnd, ignoreCase: true) : wordEnd;
        if ((first & CharacterClass.Number) != 0) return Scan.Numbers(text, start, longestNumber);

        var symbolsEnd = Scan.Symbols(text, start);
        return symbolsEnd > start ? SkipLineEnds(text, symbolsEnd) : Scan.WhitespaceWithLineBreaks(text, start);
    }

    /// <summary>The end of the first alternative that matches, each with the prefix before without it; or the start.</summary>
    private static int FindWordEnd(ReadOnlySpan<char> text, int start, int afterPrefix)
    {
        var end = FindLowerWordEnd(text, afterPrefix);
        if (end > afterPrefix) return end;

        if (afterPrefix > start && FindLowerWordEnd(text, start) is var bare && bare > start) return bare;

        end = Scan.While(text, afterPrefix, CharacterClass.UpperPart);
        return end > afterPrefix ? end : Scan.While(text, start, CharacterClass.UpperPart);
    }

    /// <summary>The end of <c>U*W+</c>: where no lower part follows, the upper part gives back to its last character that is both.</summary>
    private static int FindLowerWordEnd(ReadOnlySpan<char> text, int start)
    {
        var bothEnd = start;
        var at = start;
        while (at < text.Length)
        {
            var of = CharacterClasses.Get(text, at, out var length);
            if ((of & CharacterClass.UpperPart) == 0) break;

            at += length;
            if ((of & CharacterClass.LowerPart) != 0) bothEnd = at;
        }

        var lowerEnd = Scan.While(text, at, CharacterClass.LowerPart);
        return lowerEnd > at ? lowerEnd : bothEnd;
    }

    private static int SkipLineEnds(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is '\r' or '\n' or '/')
        {
            at++;
        }

        return at;
    }
}
