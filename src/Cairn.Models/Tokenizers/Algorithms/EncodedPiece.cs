namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>The tokens of one piece of text, with each token's range counted from the piece's start.</summary>
internal sealed class EncodedPiece(int[] ids, TextRange[] ranges)
{
    public int[] Ids { get; } = ids;

    public TextRange[] Ranges { get; } = ranges;
}
