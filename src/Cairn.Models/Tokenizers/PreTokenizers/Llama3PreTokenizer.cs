using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>The rule of Llama 3 and Qwen2, which differ only in how many digits stay together.</summary>
/// <param name="longestNumber">Most numeric characters in one piece: 3 for Llama 3, 1 for Qwen2.</param>
/// <remarks>
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>,
/// published with Llama 3.
/// </remarks>
internal sealed class Llama3PreTokenizer(int longestNumber) : CoveringPreTokenizer
{
    private const CharacterClass LetterOrNumber = CharacterClass.Letter | CharacterClass.Number;

    public override string Name => $"llama3({longestNumber})";

    protected override int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var contraction = Scan.Contraction(text, start, ignoreCase: true);
        if (contraction > start) return contraction;

        var first = CharacterClasses.Get(text, start, out var length);
        var letters = (first & (LetterOrNumber | CharacterClass.LineBreak)) == 0 ? start + length : start;
        var lettersEnd = Scan.While(text, letters, CharacterClass.Letter);
        if (lettersEnd > letters) return lettersEnd;
        if ((first & CharacterClass.Number) != 0) return Scan.Numbers(text, start, longestNumber);

        var symbolsEnd = Scan.Symbols(text, start);
        return symbolsEnd > start
            ? Scan.While(text, symbolsEnd, CharacterClass.LineBreak)
            : Scan.WhitespaceWithLineBreaks(text, start);
    }
}
