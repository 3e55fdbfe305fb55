namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>One step of a pre-tokeniser of several: cuts each piece of the step before by itself.</summary>
internal abstract class CuttingStep
{
    /// <summary>Name and settings, for fingerprints.</summary>
    public abstract string Name { get; }

    /// <summary>Adds the pieces of a piece; empty ones may be among them.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="piece">What is cut, as if it were all there is.</param>
    /// <param name="pieces">Receives what it is cut into.</param>
    public abstract void Cut(ReadOnlySpan<char> text, TextRange piece, List<TextRange> pieces);
}
