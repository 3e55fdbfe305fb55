using System.Runtime.CompilerServices;
using System.Text;
using Cairn.Abstractions;
using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Answers.Support;
using Cairn.Retrieval.Chunking;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Answers;

/// <summary>Lets the chat model word an answer from quotes, and checks each sentence as soon as it is complete.</summary>
internal sealed class AnswerDrafter(IChatClient chat, ITokenCounter counter, SupportChecker checker, CitedAnswererOptions options)
{
    /// <summary>Tokens read and written so far.</summary>
    public Usage Usage { get; private set; } = new(0, 0, counter.MaxTokens);

    /// <summary>The sentences the model writes with their verdicts; ends with the first one that is not supported.</summary>
    public async IAsyncEnumerable<DraftedSentence> DraftAsync(
        QuestionPart question, IReadOnlyList<SentenceCandidate> quotes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = Fit(quotes);
        var sources = given.Select(quote => new SupportSource(quote.Text, $"{quote.Heading} {quote.Passage.Chunk.Title}")).ToList();
        var settings = new ChatOptions
        {
            Temperature = 0,
            MaxOutputTokens = options.AnswerTokens,
            AdditionalProperties = new() { ["lookup"] = "auto" }, // answers repeat the passages: local models guess ahead
        };
        var text = new StringBuilder();
        var finish = ChatFinishReason.Stop;
        await foreach (var update in chat.GetStreamingResponseAsync(AnswerPrompt.Build(question.Text, given), settings, cancellationToken).ConfigureAwait(false))
        {
            Count(update);
            finish = update.FinishReason ?? finish;
            text.Append(update.Text);
            while (TakeComplete(text) is { } sentence)
            {
                var drafted = await CheckAsync(sentence, given, sources, cancellationToken).ConfigureAwait(false);
                yield return drafted;
                if (!drafted.Verdict.Supported)
                {
                    yield break;
                }
            }
        }

        // What the token limit cut off is half a sentence and says nothing.
        if (finish != ChatFinishReason.Length && text.ToString().Trim() is { Length: > 0 } rest)
        {
            yield return await CheckAsync(rest, given, sources, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<SentenceCandidate> Fit(IReadOnlyList<SentenceCandidate> quotes)
    {
        var given = new List<SentenceCandidate>();
        var used = 0;
        foreach (var quote in quotes)
        {
            used += counter.Count(AnswerPrompt.QuoteLine(quote));
            if (used <= options.QuoteTokens || given.Count == 0)
            {
                given.Add(quote);
            }
        }

        return given;
    }

    private static string? TakeComplete(StringBuilder text)
    {
        var all = text.ToString();
        var spans = SentenceSplitter.Split(all);
        if (spans.Count < 2)
        {
            return null;
        }

        text.Remove(0, spans[1].Start);
        return spans[0].Of(all);
    }

    private async Task<DraftedSentence> CheckAsync(
        string sentence, List<SentenceCandidate> given, List<SupportSource> sources, CancellationToken cancellationToken)
    {
        var verdict = await checker.CheckAsync(sentence, sources, cancellationToken).ConfigureAwait(false);
        return new DraftedSentence(sentence, verdict, [.. verdict.Sources.Select(index => given[index])]);
    }

    private void Count(ChatResponseUpdate update)
    {
        foreach (var usage in update.Contents.OfType<UsageContent>())
        {
            Usage = Usage with
            {
                InputTokens = Usage.InputTokens + (int)(usage.Details.InputTokenCount ?? 0),
                OutputTokens = Usage.OutputTokens + (int)(usage.Details.OutputTokenCount ?? 0),
            };
        }
    }
}
