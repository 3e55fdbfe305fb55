namespace Cairn.Models.Tokenizers.Expressions;

/// <summary>A part of a parsed expression.</summary>
internal abstract record ExpressionNode
{
    /// <summary>Most code points that it passes; null without a limit.</summary>
    public abstract int? MostPassed { get; }
}

/// <summary>One code point of a set.</summary>
internal sealed record SetNode(CodePointSet Set) : ExpressionNode
{
    public override int? MostPassed => 1;
}

/// <summary>Parts one after another; none is the empty expression.</summary>
internal sealed record SequenceNode(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode
{
    public override int? MostPassed => Parts.Aggregate((int?)0, (sum, part) => sum + part.MostPassed);
}

/// <summary>The first alternative with which the whole expression matches.</summary>
internal sealed record ChoiceNode(IReadOnlyList<ExpressionNode> Choices) : ExpressionNode
{
    public override int? MostPassed => Choices.Any(choice => choice.MostPassed is null) ? null : Choices.Max(choice => choice.MostPassed);
}

/// <summary>A part several times; as often as possible, or as rarely if it is lazy.</summary>
internal sealed record RepeatNode(ExpressionNode Part, int Least, int? Most, bool IsLazy) : ExpressionNode
{
    public override int? MostPassed => Part.MostPassed is 0 ? 0 : Part.MostPassed * Most;
}

/// <summary>Code points of a set, as many as there are, none given back.</summary>
internal sealed record RunNode(CodePointSet Set, int Least, int? Most) : ExpressionNode
{
    public override int? MostPassed => Most;
}

/// <summary>Whether the code point after or before the place is in a set; at the end of the text there is none.</summary>
internal sealed record NeighborNode(CodePointSet Set, bool IsAfter, bool IsNegated) : ExpressionNode
{
    public override int? MostPassed => 0;
}

/// <summary>Whether a part of bounded length matches after the place.</summary>
internal sealed record LookAheadNode(ExpressionNode Part, bool IsNegated) : ExpressionNode
{
    public override int? MostPassed => 0;
}

/// <summary>A place.</summary>
internal sealed record AnchorNode(AnchorKind Kind) : ExpressionNode
{
    public override int? MostPassed => 0;
}
