namespace Cairn.Models.Tokenizers.Reading;

/// <summary>The ids that a model expects around one sequence.</summary>
/// <param name="Prefix">Before it.</param>
/// <param name="Suffix">After it.</param>
internal sealed record AroundSequence(IReadOnlyList<int> Prefix, IReadOnlyList<int> Suffix)
{
    public static AroundSequence Nothing { get; } = new([], []);
}
