namespace Cairn.Models.Tokenizers.Normalization;

/// <summary>One step that rewrites text before it is cut into pieces.</summary>
internal abstract class Normalizer
{
    /// <summary>Name and settings, for fingerprints and errors.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the step would leave the text as it is; a quick look, false when in doubt.</summary>
    public virtual bool IsNormalized(ReadOnlySpan<char> text) => false;

    /// <summary>Writes the rewritten text, which holds no lone surrogates, to an empty buffer.</summary>
    /// <param name="source">The text.</param>
    /// <param name="startsText">Whether the text is the beginning of what was given to be encoded.</param>
    /// <param name="destination">Receives the result with the ranges of its source.</param>
    public abstract void Apply(TextBuffer source, bool startsText, TextBuffer destination);
}
