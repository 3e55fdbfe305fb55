namespace Cairn.Retrieval.Evaluation;

/// <summary>What <see cref="AnswerEvaluator"/> measured.</summary>
/// <param name="Answers">Every question with answer and verdict, in file order.</param>
/// <param name="MedianSeconds">Median time of an answer, in seconds.</param>
/// <param name="MedianFirstTextSeconds">Median time to the first text of an answer, in seconds.</param>
public sealed record AnswerEvaluation(IReadOnlyList<JudgedAnswer> Answers, double MedianSeconds, double MedianFirstTextSeconds)
{
    /// <summary>Questions asked.</summary>
    public int Total => Answers.Count;

    /// <summary>Right answers, right abstentions included.</summary>
    public int Right => Answers.Count(answer => answer.Verdict == AnswerVerdict.Right);

    /// <summary>Wrong answers.</summary>
    public int Wrong => Answers.Count(answer => answer.Verdict == AnswerVerdict.Wrong);

    /// <summary>Abstentions where the documents hold an answer.</summary>
    public int Abstained => Answers.Count(answer => answer.Verdict == AnswerVerdict.Abstained);

    /// <summary>Wrong answers whose every sentence was shown as supported.</summary>
    public int WrongAndSupported => Answers.Count(answer => answer.IsWrongAndSupported);
}
