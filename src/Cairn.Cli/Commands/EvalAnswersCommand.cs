using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Knowledge;
using Cairn.Cli.Output;
using Cairn.Retrieval.Evaluation;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn eval answers</c>: how many questions about a folder are answered rightly.</summary>
internal sealed class EvalAnswersCommand : CairnCommand
{
    private readonly FolderArguments _folder;
    private readonly Argument<FileInfo> _questions = new("questions")
    {
        Description = "JSON lines: question, expected (regular expressions; none = not answerable), sources, pages, split.",
    };

    private readonly Option<string?> _split = new("--split") { Description = "Only the questions of this split.", HelpName = "name" };
    private readonly AnswerOptions _answers;

    public EvalAnswersCommand()
        : base("answers", "Ask every question of a file and judge the answers.",
            "cairn eval answers samples/handbook samples/questions/handbook.jsonl",
            "cairn eval answers samples/handbook samples/questions/handbook.jsonl --split holdout --json")
    {
        _folder = new FolderArguments(this);
        Arguments.Add(_questions);
        Options.Add(_split);
        _answers = new AnswerOptions(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var split = arguments.GetValue(_split);
        var questions = AnswerQuestion.Load(arguments.GetValue(_questions)!.FullName)
            .Where(question => split is null || question.Split == split).ToList();
        if (questions.Count == 0) throw new CliException($"There is no question{(split is null ? "" : $" of split '{split}'")}.", ExitCode.Usage);

        using var models = new LocalModels();
        using var knowledge = await KnowledgeFolder.OpenAsync(
            _folder.Folder(arguments), _folder.IndexPath(arguments), models, _answers.Embedder(arguments), cancellationToken).ConfigureAwait(false);
        await knowledge.SyncAsync(console, cancellationToken).ConfigureAwait(false);
        using var line = new ProgressLine(console, "asking");
        var result = await new AnswerEvaluator(_answers.Create(arguments, knowledge, models, promptProgress: null, cancellationToken))
            .EvaluateAsync(questions, new EvaluationLine(line), cancellationToken).ConfigureAwait(false);
        line.Clear();
        if (arguments.GetValue(Json)) console.WriteJson(ToJson(result));
        else await WriteAsync(console.Out, result).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(TextWriter output, AnswerEvaluation result)
    {
        foreach (var judged in result.Answers)
        {
            var mark = judged.IsWrongAndSupported ? "  WRONG BUT SHOWN AS SUPPORTED" : "";
            await output.WriteLineAsync($"{judged.Verdict.ToString().ToLowerInvariant(),-9} {judged.Question.Id,-6} {judged.Question.Question}{mark}").ConfigureAwait(false);
            if (judged.Verdict != AnswerVerdict.Right) await output.WriteLineAsync($"          {judged.Reason}").ConfigureAwait(false);
        }

        await output.WriteLineAsync(
            $"{result.Total} questions: {result.Right} right, {result.Wrong} wrong ({result.WrongAndSupported} of them shown as supported), {result.Abstained} abstained; "
            + $"median {result.MedianSeconds:F2} s, first text {result.MedianFirstTextSeconds:F2} s").ConfigureAwait(false);
    }

    private static JsonObject ToJson(AnswerEvaluation result) => new()
    {
        ["questions"] = result.Total,
        ["right"] = result.Right,
        ["wrong"] = result.Wrong,
        ["wrong_and_supported"] = result.WrongAndSupported,
        ["abstained"] = result.Abstained,
        ["median_seconds"] = result.MedianSeconds,
        ["median_first_text_seconds"] = result.MedianFirstTextSeconds,
        ["answers"] = new JsonArray([.. result.Answers.Select(judged => (JsonNode)new JsonObject
        {
            ["id"] = judged.Question.Id,
            ["question"] = judged.Question.Question,
            ["verdict"] = judged.Verdict.ToString().ToLowerInvariant(),
            ["reason"] = judged.Reason,
            ["answer"] = judged.Answer.Answer,
            ["supported"] = judged.Answer.Supported,
        })]),
    };
}
