namespace Cairn.Retrieval.Answers;

/// <summary>A sentence that the model wrote and the quotes do not support.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Reason">What the check found.</param>
public sealed record RejectedDraft(string Text, string Reason);
