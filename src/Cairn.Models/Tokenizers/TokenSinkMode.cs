namespace Cairn.Models.Tokenizers;

/// <summary>What a caller wants to know about the tokens of a text.</summary>
internal enum TokenSinkMode
{
    /// <summary>How many.</summary>
    Count,

    /// <summary>Which.</summary>
    Ids,

    /// <summary>Which, and where.</summary>
    Ranges,
}
