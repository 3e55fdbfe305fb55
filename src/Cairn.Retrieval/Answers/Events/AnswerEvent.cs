namespace Cairn.Retrieval.Answers.Events;

/// <summary>
/// Something that happened while an answer was made. In order: one <see cref="EvidenceFound"/>, then text and sentences,
/// last one <see cref="AnswerCompleted"/>. All text put together is the answer.
/// </summary>
public abstract record AnswerEvent;
