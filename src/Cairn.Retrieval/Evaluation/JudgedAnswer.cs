using Cairn.Retrieval.Answers;

namespace Cairn.Retrieval.Evaluation;

/// <summary>A question, its answer and the verdict.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Verdict">How they compare.</param>
/// <param name="Reason">What is missing in a wrong answer, or that an abstention shows the answer all the same; else empty.</param>
public sealed record JudgedAnswer(AnswerQuestion Question, CitedAnswer Answer, AnswerVerdict Verdict, string Reason)
{
    /// <summary>True for the one thing that must not happen: a wrong answer that is shown as supported.</summary>
    public bool IsWrongAndSupported => Verdict == AnswerVerdict.Wrong && Answer.Supported;
}
