namespace Cairn.Retrieval.Answers.Events;

/// <summary>The answer is complete.</summary>
/// <param name="Answer">The whole of it.</param>
public sealed record AnswerCompleted(CitedAnswer Answer) : AnswerEvent;
