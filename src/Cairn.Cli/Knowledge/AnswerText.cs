using System.Text;
using System.Text.Json.Nodes;
using Cairn.Abstractions;
using Cairn.Retrieval.Answers;

namespace Cairn.Cli.Knowledge;

/// <summary>A cited answer for people and for scripts.</summary>
internal static class AnswerText
{
    /// <summary>What stands under the answer: its sources, or the nearest passages when there is no answer.</summary>
    public static string Footer(CitedAnswer answer, bool showEvidence)
    {
        var text = new StringBuilder("\n");
        if (answer.Citations.Count > 0) text.Append('\n');
        for (var i = 0; i < answer.Citations.Count; i++) text.Append($"[{i + 1}] {Place(answer.Citations[i])}\n");

        foreach (var sentence in answer.Sentences.Where(sentence => !sentence.Supported && !IsAbstention(sentence)))
        {
            text.Append($"not supported by the documents: {sentence.Text}\n");
        }

        if ((showEvidence || answer.Abstained) && answer.Evidence.Count > 0)
        {
            text.Append(answer.Abstained ? "\nNearest passages:\n" : "\nPassages read:\n");
            foreach (var evidence in answer.Evidence.Take(answer.Abstained ? 3 : int.MaxValue))
            {
                text.Append($"- {evidence.Source}{(evidence.Page is { } page ? $", page {page}" : "")}: {Shorten(evidence.Text)}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The one object that <c>cairn ask --json</c> prints.</summary>
    public static JsonObject ToJson(CitedAnswer answer, TimeSpan indexTime, TimeSpan total) => new()
    {
        ["answer"] = answer.Answer,
        ["supported"] = answer.Supported,
        ["abstained"] = answer.Abstained,
        ["sentences"] = new JsonArray([.. answer.Sentences.Select(sentence => (JsonNode)new JsonObject
        {
            ["text"] = sentence.Text,
            ["supported"] = sentence.Supported,
            ["citations"] = new JsonArray([.. sentence.Citations.Select(index => (JsonNode)index)]),
        })]),
        ["citations"] = new JsonArray([.. answer.Citations.Select(citation => (JsonNode)new JsonObject
        {
            ["source"] = citation.Source,
            ["page"] = citation.Page,
            ["start"] = citation.Start,
            ["end"] = citation.End,
            ["quote"] = citation.Quote,
        })]),
        ["evidence"] = new JsonArray([.. answer.Evidence.Select(evidence => (JsonNode)new JsonObject
        {
            ["source"] = evidence.Source,
            ["page"] = evidence.Page,
            ["score"] = evidence.Score,
            ["text"] = evidence.Text,
        })]),
        ["usage"] = new JsonObject
        {
            ["input_tokens"] = answer.Usage.InputTokens,
            ["output_tokens"] = answer.Usage.OutputTokens,
            ["context_length"] = answer.Usage.ContextLength,
        },
        ["timings"] = new JsonObject
        {
            ["index_seconds"] = Seconds(indexTime),
            ["search_seconds"] = Seconds(answer.Timings.Search),
            ["first_token_seconds"] = Seconds(answer.Timings.FirstText),
            ["total_seconds"] = Seconds(total),
        },
    };

    // "The documents do not say …" needs no support: it is about the documents.
    private static bool IsAbstention(AnswerSentence sentence) =>
        sentence.Text.StartsWith(CitedAnswerer.Abstention.TrimEnd('.'), StringComparison.Ordinal);

    private static string Place(Citation citation) =>
        $"{citation.Source}{(citation.Page is { } page ? $", page {page}" : "")}, characters {citation.Start}–{citation.End}";

    private static string Shorten(string text)
    {
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.Length > 200 ? words[..200] + "…" : words;
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
