namespace Cairn.Retrieval.Indexing;

/// <summary>Result of checking an index.</summary>
/// <param name="Problems">What is wrong, one sentence each; empty when the index is sound.</param>
/// <param name="Repaired">What was rebuilt, one sentence each; empty unless repair was asked for.</param>
/// <param name="Documents">Documents checked.</param>
/// <param name="Chunks">Chunks checked.</param>
/// <param name="Vectors">Vectors checked.</param>
public sealed record VerifyReport(
    IReadOnlyList<string> Problems, IReadOnlyList<string> Repaired, int Documents, int Chunks, int Vectors)
{
    /// <summary>Whether nothing was wrong.</summary>
    public bool IsSound => Problems.Count == 0;
}
