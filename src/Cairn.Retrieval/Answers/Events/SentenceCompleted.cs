using Cairn.Abstractions;

namespace Cairn.Retrieval.Answers.Events;

/// <summary>A sentence of the answer is complete and checked; its text has been added before.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Citations">The citations it refers to, in the order of its indexes.</param>
public sealed record SentenceCompleted(AnswerSentence Sentence, IReadOnlyList<Citation> Citations) : AnswerEvent;
