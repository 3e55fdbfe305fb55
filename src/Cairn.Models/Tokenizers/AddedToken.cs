namespace Cairn.Models.Tokenizers;

/// <summary>A token that is found in text before anything else looks at it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text, never empty.</param>
/// <param name="IsSpecial">Read only when special tokens are parsed; otherwise its text is ordinary.</param>
internal sealed record AddedToken(int Id, string Content, bool IsSpecial)
{
    /// <summary>Takes whitespace before it along.</summary>
    public bool TakesSpaceBefore { get; init; }

    /// <summary>Takes whitespace after it along.</summary>
    public bool TakesSpaceAfter { get; init; }

    /// <summary>Matches only where no letter, digit or underscore adjoins it.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Is looked for in the normalised text rather than in the original.</summary>
    public bool IsNormalized { get; init; }
}
