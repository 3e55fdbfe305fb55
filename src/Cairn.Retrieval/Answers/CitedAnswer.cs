using Cairn.Abstractions;

namespace Cairn.Retrieval.Answers;

/// <summary>An answer whose every sentence says which stretch of which document supports it.</summary>
/// <param name="Question">The question as it was asked.</param>
/// <param name="Answer">The whole answer with its marks: <c>… [1]</c> refers to the first citation.</param>
/// <param name="Supported">True when every sentence is supported; false for an abstention.</param>
/// <param name="Abstained">True when the documents do not hold an answer to any part of the question.</param>
/// <param name="Sentences">The sentences of the answer in order.</param>
/// <param name="Citations">What the sentences cite; every quote equals the document's text from start to end.</param>
/// <param name="Evidence">The passages that were read, best first; after an abstention the nearest ones.</param>
/// <param name="Usage">Tokens the chat model read and wrote; zero when it was not asked.</param>
/// <param name="Timings">How long the stages took.</param>
public sealed record CitedAnswer(
    string Question,
    string Answer,
    bool Supported,
    bool Abstained,
    IReadOnlyList<AnswerSentence> Sentences,
    IReadOnlyList<Citation> Citations,
    IReadOnlyList<AnswerEvidence> Evidence,
    Usage Usage,
    AnswerTimings Timings)
{
    /// <summary>What the model wrote and the check did not accept, with the reason; the quotes stand in its place.</summary>
    public IReadOnlyList<RejectedDraft> Rejected { get; init; } = [];
}
