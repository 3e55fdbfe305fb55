namespace Cairn.Models.Tokenizers;

/// <summary>What an item of a <see cref="PairTemplate"/> stands for.</summary>
public enum PairPart
{
    /// <summary>One special token.</summary>
    Special,

    /// <summary>All tokens of the first text.</summary>
    First,

    /// <summary>All tokens of the second text.</summary>
    Second,
}
