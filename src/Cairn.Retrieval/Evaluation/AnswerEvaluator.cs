using System.Text.RegularExpressions;
using Cairn.Retrieval.Answers;

namespace Cairn.Retrieval.Evaluation;

/// <summary>Asks test questions and compares the answers with what was expected.</summary>
/// <remarks>
/// An answer is right when it matches every expected expression, its matching text is in supported sentences, and it cites
/// one of the named documents and pages. Where the documents hold no answer, only an abstention is right.
/// </remarks>
public sealed class AnswerEvaluator
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly CitedAnswerer _answerer;

    /// <summary>An evaluator of an answerer.</summary>
    public AnswerEvaluator(CitedAnswerer answerer)
    {
        ArgumentNullException.ThrowIfNull(answerer);
        _answerer = answerer;
    }

    /// <summary>Asks all questions.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="progress">Told after every answer; may be null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<AnswerEvaluation> EvaluateAsync(
        IReadOnlyList<AnswerQuestion> questions, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var judged = new List<JudgedAnswer>(questions.Count);
        foreach (var question in questions)
        {
            var answer = await _answerer.AnswerAsync(question.Question, cancellationToken).ConfigureAwait(false);
            judged.Add(Judge(question, answer));
            progress?.Report(new EvaluationProgress("answers", judged.Count, questions.Count));
        }

        return new AnswerEvaluation(
            judged,
            Median(judged.Select(item => item.Answer.Timings.Total.TotalSeconds)),
            Median(judged.Select(item => item.Answer.Timings.FirstText.TotalSeconds)));
    }

    /// <summary>Compares one answer with what was expected.</summary>
    public static JudgedAnswer Judge(AnswerQuestion question, CitedAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Abstained)
        {
            var isNear = question.IsAnswerable && Objection(question, answer).Length == 0;
            return new JudgedAnswer(
                question,
                answer,
                question.IsAnswerable ? AnswerVerdict.Abstained : AnswerVerdict.Right,
                isNear ? "a nearest statement holds the answer" : "");
        }

        var reason = question.IsAnswerable ? Objection(question, answer) : "answers where the documents hold no answer";
        return new JudgedAnswer(question, answer, reason.Length == 0 ? AnswerVerdict.Right : AnswerVerdict.Wrong, reason);
    }

    private static string Objection(AnswerQuestion question, CitedAnswer answer)
    {
        var text = string.Join('\n', answer.Sentences.Where(sentence => sentence.Supported).Select(sentence => sentence.Text));
        foreach (var expected in question.Expected)
        {
            if (!Regex.IsMatch(text, expected, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, MatchTimeout))
            {
                return $"nothing matches /{expected}/";
            }
        }

        if (question.Sources.Count > 0 && !answer.Citations.Any(citation => question.Sources.Contains(citation.Source)))
        {
            return $"cites none of {string.Join(", ", question.Sources)}";
        }

        return question.Pages.Count > 0 && !answer.Citations.Any(citation => citation.Page is { } page && question.Pages.Contains(page))
            ? $"cites none of the pages {string.Join(", ", question.Pages)}"
            : "";
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[sorted.Count / 2];
    }
}
