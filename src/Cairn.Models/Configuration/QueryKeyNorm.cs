namespace Cairn.Models.Configuration;

/// <summary>RMS norm of queries and keys before they are rotated.</summary>
public enum QueryKeyNorm
{
    /// <summary>None.</summary>
    None,

    /// <summary>Each head by itself, one gain of the head's width for all heads.</summary>
    PerHead,

    /// <summary>All heads of a token together, a gain as wide as the row.</summary>
    WholeRow,
}
