using System.Text.Json;

namespace Cairn.Retrieval.Evaluation;

/// <summary>A test question with what a right answer holds.</summary>
/// <param name="Id">Name of the question.</param>
/// <param name="Question">The question.</param>
/// <param name="Expected">
/// Regular expressions, case ignored; a right answer matches all of them. Empty when the documents do not hold an answer.
/// </param>
/// <param name="Sources">Documents one of which a right answer cites, by path relative to the folder; empty for any.</param>
/// <param name="Pages">Pages one of which a right answer cites; empty for any.</param>
/// <param name="Kind">What sort of question it is, for the report.</param>
/// <param name="Split"><c>dev</c> for tuning, <c>holdout</c> for the final figure.</param>
public sealed record AnswerQuestion(
    string Id,
    string Question,
    IReadOnlyList<string> Expected,
    IReadOnlyList<string> Sources,
    IReadOnlyList<int> Pages,
    string Kind,
    string Split)
{
    /// <summary>True when the documents hold an answer.</summary>
    public bool IsAnswerable => Expected is { Count: > 0 };

    /// <summary>Reads a file of questions, one JSON object a line; <c>expected</c>, <c>sources</c>, <c>pages</c>, <c>kind</c>, <c>split</c> may be left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">A line is not a question; the message names it.</exception>
    public static IReadOnlyList<AnswerQuestion> Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var questions = new List<AnswerQuestion>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                questions.Add(Parse(line, path, number));
            }
        }

        return questions;
    }

    private static AnswerQuestion Parse(string line, string path, int number)
    {
        try
        {
            var read = JsonSerializer.Deserialize(line, AnswerQuestionJson.Default.AnswerQuestion);
            if (string.IsNullOrWhiteSpace(read?.Question))
            {
                throw new JsonException("'question' is missing");
            }

            return read with
            {
                Id = read.Id ?? $"{number}",
                Expected = read.Expected ?? [],
                Sources = read.Sources ?? [],
                Pages = read.Pages ?? [],
                Kind = read.Kind ?? "",
                Split = read.Split ?? "",
            };
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}, line {number}: expected an object with a string 'question'; {error.Message}", error);
        }
    }
}
