using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts before a U+2581 that follows another character, so that runs of them stay together.</summary>
internal sealed class WordStartPreTokenizer : CoveringPreTokenizer
{
    private const char Space = SentencePieceSpelling.Space;

    public override string Name => "none";

    protected override int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var word = text[start..].IndexOfAnyExcept(Space);
        if (word < 0) return text.Length;

        var next = text[(start + word)..].IndexOf(Space);
        return next < 0 ? text.Length : start + word + next;
    }
}
