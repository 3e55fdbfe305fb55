namespace Cairn.Models.Tokenizers;

/// <summary>Which text of a pair loses tokens when both together are too long.</summary>
public enum PairTruncation
{
    /// <summary>The longer one down to the length of the shorter, then both alike.</summary>
    LongestFirst,

    /// <summary>The second; the first is kept whole.</summary>
    OnlySecond,
}
