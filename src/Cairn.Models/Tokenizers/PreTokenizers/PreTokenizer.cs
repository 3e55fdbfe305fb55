namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts a text into the pieces that tokens may not cross.</summary>
/// <remarks>Implementations read forwards by hand rather than by regular expressions, so that time is linear in the text.</remarks>
internal abstract class PreTokenizer
{
    /// <summary>Name in fingerprints and errors.</summary>
    public abstract string Name { get; }

    /// <summary>The next piece at or after a position; false when only what is dropped is left.</summary>
    public abstract bool TryNext(ReadOnlySpan<char> text, int from, out TextRange piece);
}
