namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts nothing.</summary>
internal sealed class WholeTextPreTokenizer : CoveringPreTokenizer
{
    public override string Name => "none";

    protected override int FindEnd(ReadOnlySpan<char> text, int start) => text.Length;
}
