namespace Cairn.Retrieval.Evaluation;

/// <summary>A query of a retrieval set.</summary>
/// <param name="Id">Id that the grades refer to.</param>
/// <param name="Text">The query.</param>
/// <param name="Split"><c>test</c>, <c>dev</c> or <c>train</c>; empty when the set has no splits.</param>
public sealed record RetrievalSetQuery(string Id, string Text, string Split);
