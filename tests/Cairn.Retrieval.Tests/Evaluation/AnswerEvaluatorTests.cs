using Cairn.Abstractions;
using Cairn.Retrieval.Answers;
using Cairn.Retrieval.Evaluation;
using Cairn.Testing;
using Xunit;

namespace Cairn.Retrieval.Tests.Evaluation;

public sealed class AnswerEvaluatorTests
{
    private static readonly AnswerQuestion Question = new("1", "How big?", ["\\b14 GB\\b"], ["size.md"], [3], "number", "dev");

    [Fact]
    public void An_answer_with_the_fact_the_source_and_the_page_is_right() =>
        Assert.Equal(AnswerVerdict.Right, AnswerEvaluator.Judge(Question, Answer("It takes 14 gb.", true, "size.md", 3)).Verdict);

    [Theory]
    [InlineData("It takes 140 GB.", true, "size.md", 3, "nothing matches")]
    [InlineData("It takes 14 GB.", true, "other.md", 3, "cites none of size.md")]
    [InlineData("It takes 14 GB.", true, "size.md", 4, "cites none of the pages 3")]
    [InlineData("It takes 14 GB.", false, "size.md", 3, "nothing matches")]
    public void An_answer_that_lacks_one_of_them_is_wrong(string text, bool supported, string source, int page, string reason)
    {
        var judged = AnswerEvaluator.Judge(Question, Answer(text, supported, source, page));

        Assert.Equal(AnswerVerdict.Wrong, judged.Verdict);
        Assert.StartsWith(reason, judged.Reason, StringComparison.Ordinal);
        Assert.Equal(supported, judged.IsWrongAndSupported);
    }

    [Fact]
    public void An_abstention_is_right_only_where_there_is_no_answer()
    {
        var abstention = Answer("The documents do not say.", false, null, null) with { Abstained = true };

        Assert.Equal(AnswerVerdict.Abstained, AnswerEvaluator.Judge(Question, abstention).Verdict);
        Assert.Equal(AnswerVerdict.Right, AnswerEvaluator.Judge(Question with { Expected = [] }, abstention).Verdict);
    }

    [Fact]
    public void An_answer_where_there_is_none_is_wrong() =>
        Assert.True(AnswerEvaluator.Judge(Question with { Expected = [] }, Answer("It takes 14 GB.", true, "size.md", 3)).IsWrongAndSupported);

    [Fact]
    public void The_questions_of_the_handbook_can_be_read()
    {
        var questions = AnswerQuestion.Load(Repository.Path("samples", "questions", "handbook.jsonl"));

        Assert.True(questions.Count(question => question.Split == "dev" && question.IsAnswerable) >= 50);
        Assert.True(questions.Count(question => !question.IsAnswerable) >= 20);
        Assert.Equal(questions.Count, questions.Select(question => question.Id).Distinct().Count());
        Assert.All(
            questions.SelectMany(question => question.Sources),
            source => Assert.True(File.Exists(Repository.Path("samples", "handbook", source)), source));
    }

    [Fact]
    public void A_line_that_is_no_question_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("questions.jsonl", "{\"question\":\"Who?\"}\n{\"text\":\"x\"}\n");

        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => AnswerQuestion.Load(path)).Message, StringComparison.Ordinal);
    }

    private static CitedAnswer Answer(string text, bool supported, string? source, int? page) => new(
        "How big?",
        text,
        supported,
        false,
        [new AnswerSentence(text, supported, source is null ? [] : [0])],
        source is null ? [] : [new Citation(source, page, 0, text.Length, text)],
        [],
        new Usage(0, 0, 0),
        new AnswerTimings(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero));
}
