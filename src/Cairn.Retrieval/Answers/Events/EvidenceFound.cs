namespace Cairn.Retrieval.Answers.Events;

/// <summary>The search is done.</summary>
/// <param name="Evidence">Passages, best first.</param>
public sealed record EvidenceFound(IReadOnlyList<AnswerEvidence> Evidence) : AnswerEvent;
