namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>A step of a compiled expression.</summary>
/// <param name="Code">What it does.</param>
/// <param name="First">Where it goes on; of a split the preferred way.</param>
/// <param name="Second">The other way of a split.</param>
/// <param name="Number">Which of the splits, runs or look-aheads it is.</param>
internal readonly record struct Instruction(InstructionCode Code, int First, int Second = 0, int Number = 0)
{
    public CodePointSet Set { get; init; } = CodePointSet.Empty;

    /// <summary>Fewest code points of a run.</summary>
    public int Least { get; init; }

    /// <summary>Most code points of a run.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>A negated look-around.</summary>
    public bool IsNegated { get; init; }

    public AnchorKind Anchor { get; init; }
}
