namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Finds the matches that a text is cut at.</summary>
internal abstract class PiecePattern
{
    /// <summary>Name in fingerprints and errors.</summary>
    public abstract string Name { get; }

    /// <summary>Adds all matches, from left to right, none overlapping another; an empty one cuts without taking anything.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<TextRange> matches);
}
