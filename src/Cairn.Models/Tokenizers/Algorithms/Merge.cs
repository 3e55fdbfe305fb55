namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>What a pair of tokens becomes.</summary>
/// <param name="Rank">Order among all merges; the lowest goes first, the leftmost of equals.</param>
/// <param name="Id">The merged token.</param>
internal readonly record struct Merge(int Rank, int Id)
{
    /// <summary>Stands for a pair that does not merge.</summary>
    public static Merge None => new(int.MaxValue, -1);

    public bool Exists => Rank != int.MaxValue;
}
