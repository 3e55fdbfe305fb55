namespace Cairn.Models.Tokenizers.PreTokenizers;

/// <summary>Cuts a text into the pieces that tokens may not cross.</summary>
/// <remarks>
/// The well-known rules read forwards by hand; any other expression of a file runs on <see cref="Expressions.ExpressionMatcher"/>. Either way time
/// is linear in the text.
/// </remarks>
internal abstract class PreTokenizer
{
    /// <summary>Name in fingerprints and errors.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// One that is ready to be asked for all pieces of a text in order; itself where cutting needs no preparation.
    /// </summary>
    public virtual PreTokenizer Prepare(ReadOnlySpan<char> text) => this;

    /// <summary>The next piece at or after a position; false when only what is dropped is left.</summary>
    public abstract bool TryNext(ReadOnlySpan<char> text, int from, out TextRange piece);
}
