namespace Cairn.Models.Tokenizers;

/// <summary>A range of UTF-16 positions in a text.</summary>
/// <param name="Start">First position of the range.</param>
/// <param name="End">Position after the last one; equals <paramref name="Start"/> when the range is empty.</param>
public readonly record struct TextRange(int Start, int End)
{
    /// <summary>Number of UTF-16 units.</summary>
    public int Length => End - Start;
}
