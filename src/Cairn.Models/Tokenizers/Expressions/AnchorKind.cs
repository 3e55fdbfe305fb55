namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>A place in a text.</summary>
internal enum AnchorKind
{
    /// <summary>Beginning of the text (<c>\A</c>).</summary>
    TextStart,

    /// <summary>End of the text (<c>\z</c>).</summary>
    TextEnd,

    /// <summary>End of the text, or before a line feed that ends it (<c>\Z</c>).</summary>
    LastLineEnd,

    /// <summary>Beginning of the text, or after a line feed that does not end it (<c>^</c>).</summary>
    LineStart,

    /// <summary>End of the text, or before a line feed (<c>$</c>).</summary>
    LineEnd,
}
