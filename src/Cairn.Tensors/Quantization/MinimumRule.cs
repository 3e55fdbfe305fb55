namespace Cairn.Tensors;

/// <summary>What a format lets the minimum of x ≈ step · q − minimum be.</summary>
internal enum MinimumRule
{
    /// <summary>Always zero.</summary>
    None,

    /// <summary>Zero or more.</summary>
    NotNegative,

    /// <summary>Any number.</summary>
    Free,
}
