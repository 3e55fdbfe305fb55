using Cairn.Models.Tokenizers.Spelling;

namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts before every U+2581.</summary>
internal sealed class MetaspacePreTokenizer : CoveringPreTokenizer
{
    public override string Name => "metaspace";

    protected override int FindEnd(ReadOnlySpan<char> text, int start)
    {
        var next = text[(start + 1)..].IndexOf(SentencePieceSpelling.Space);
        return next < 0 ? text.Length : start + 1 + next;
    }
}
