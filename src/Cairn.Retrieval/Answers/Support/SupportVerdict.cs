namespace Cairn.Retrieval.Answers.Support;

/// <summary>Whether a sentence says only what its sources say.</summary>
/// <param name="Supported">True when it does.</param>
/// <param name="Sources">Indexes of the sources that support it, best first; empty when none does.</param>
/// <param name="Reason">Why not; empty when it is supported.</param>
public sealed record SupportVerdict(bool Supported, IReadOnlyList<int> Sources, string Reason);
