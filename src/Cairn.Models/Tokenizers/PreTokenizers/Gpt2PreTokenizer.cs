using Cairn.Models.Tokenizers.Characters;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>GPT-2's rule: contractions, letters, numbers and other characters apart, each with one space before it.</summary>
/// <param name="isolatesDigits">
/// Cuts out every numeric character first and applies the rule to what lies between (the rule of SmolLM and StarCoder).
/// </param>
/// <remarks>
/// <c>'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, published with GPT-2.
/// </remarks>
internal sealed class Gpt2PreTokenizer(bool isolatesDigits) : CoveringPreTokenizer
{
    private const CharacterClass Kinds = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    public override string Name => isolatesDigits ? "digits+gpt2" : "gpt2";

    protected override int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var contraction = Scan.Contraction(text, start, ignoreCase: false);
        if (contraction > start) return contraction;

        var kind = CharacterClasses.Get(text, start, out var length) & Kinds;
        var at = start;
        if (text[start] == ' ' && start + 1 < text.Length)
        {
            var next = CharacterClasses.Get(text, start + 1, out _) & Kinds;
            if (next != CharacterClass.Space && !(isolatesDigits && next == CharacterClass.Number))
            {
                (kind, at) = (next, start + 1);
            }
        }

        if (kind == CharacterClass.Number && isolatesDigits) return start + length;
        if (kind != CharacterClass.Space)
        {
            return kind == CharacterClass.None ? Scan.Until(text, at, Kinds) : Scan.While(text, at, kind);
        }

        var end = Scan.While(text, start, CharacterClass.Space);
        return Scan.Whitespace(start, end, EndsPart(text, end));
    }

    private bool EndsPart(ReadOnlySpan<char> text, int end) =>
        end == text.Length
        || (isolatesDigits && (CharacterClasses.Get(text, end, out _) & CharacterClass.Number) != 0);
}
