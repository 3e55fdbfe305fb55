namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>A pre-tokeniser whose pieces join to the whole text.</summary>
internal abstract class CoveringPreTokenizer : PreTokenizer
{
    public sealed override bool TryNext(ReadOnlySpan<char> text, int from, out TextRange piece)
    {
        piece = new TextRange(from, from < text.Length ? FindEnd(text, from) : from);
        return piece.Length > 0;
    }

    /// <summary>The end of the piece that starts at a position inside the text; beyond that position.</summary>
    protected abstract int FindEnd(ReadOnlySpan<char> text, int start);
}
