namespace Cairn.Models.Configuration;

/// <summary>How the vectors of all tokens become one; numbers as in GGUF's <c>pooling_type</c>.</summary>
public enum Pooling
{
    /// <summary>None: one vector a token.</summary>
    None = 0,

    /// <summary>Mean over all tokens of the text, special tokens included.</summary>
    Mean = 1,

    /// <summary>The first token's vector.</summary>
    Cls = 2,

    /// <summary>The last token's vector.</summary>
    Last = 3,

    /// <summary>None: a classification head turns the text into scores.</summary>
    Rank = 4,
}
