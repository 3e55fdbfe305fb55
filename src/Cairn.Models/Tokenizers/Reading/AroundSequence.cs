namespace Cairn.Models.Tokenizers.Reading;

/// <summary>The ids that a model expects around one sequence.</summary>
/// <param name="Prefix">Before it.</param>
/// <param name="Suffix">After it.</param>
/// <param name="Pair">The ids around two sequences, or null when nothing is said about them.</param>
internal sealed record AroundSequence(IReadOnlyList<int> Prefix, IReadOnlyList<int> Suffix, PairTemplate? Pair = null)
{
    public static AroundSequence Nothing { get; } = new([], []);
}
