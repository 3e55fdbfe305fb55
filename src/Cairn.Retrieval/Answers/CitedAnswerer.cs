using System.Runtime.CompilerServices;
using Cairn.Abstractions;
using Cairn.Retrieval.Answers.Events;
using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Answers.Selection;
using Cairn.Retrieval.Answers.Support;
using Cairn.Retrieval.Search;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Answers;

/// <summary>Answers questions from an index, with a checked citation for every sentence, or says that the documents do not tell.</summary>
/// <remarks>
/// The sentences that answer the question are chosen first, by search, words, meaning and patterns; the language model
/// may then word the answer from them, and what it writes is kept only when the quotes say the same. A small model is
/// thus never the source of a fact. Deterministic: the model is asked at temperature 0. Thread-safe as far as the index
/// and the clients are.
/// </remarks>
public sealed class CitedAnswerer
{
    /// <summary>The answer when the documents do not hold one.</summary>
    public const string Abstention = "The documents do not say.";

    private const string NearestLead = "Nearest statements:";
    private const string PartAbstention = "The documents do not say:";

    private readonly Retriever _retriever;
    private readonly IChatClient? _chat;
    private readonly ITokenCounter _counter;
    private readonly SentenceSelector _selector;
    private readonly SupportChecker _checker;
    private readonly CitedAnswererOptions _options;
    private readonly TimeProvider _time;

    /// <summary>An answerer; all arguments stay the caller's to dispose.</summary>
    /// <param name="retriever">Finds the passages.</param>
    /// <param name="chat">Words the answers; may be null when <see cref="CitedAnswererOptions.Phrasing"/> is <see cref="AnswerPhrasing.Quotes"/>.</param>
    /// <param name="embeddings">Compares questions, sentences and quotes.</param>
    /// <param name="counter">Counts tokens of the chat model.</param>
    /// <param name="options">Settings; defaults when null.</param>
    /// <param name="likelihood">Lets the model judge the best sentences; null to leave this out.</param>
    /// <param name="time">Clock of the timings; the system's when null.</param>
    /// <exception cref="ArgumentException">The model is to word the answers and <paramref name="chat"/> is null.</exception>
    public CitedAnswerer(
        Retriever retriever,
        IChatClient? chat,
        IEmbeddingGenerator<string, Embedding<float>> embeddings,
        ITokenCounter counter,
        CitedAnswererOptions? options = null,
        ILogLikelihoodClient? likelihood = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(counter);
        _options = options ?? new CitedAnswererOptions();
        _options.Validate();
        if (chat is null && _options.Phrasing == AnswerPhrasing.Model)
        {
            throw new ArgumentException("Phrasing is Model, so a chat client is needed; got null.", nameof(chat));
        }

        _retriever = retriever;
        _chat = chat;
        _counter = counter;
        _selector = new SentenceSelector(embeddings, likelihood, _options.Selection);
        _checker = new SupportChecker(embeddings);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Answers a question.</summary>
    /// <param name="question">The question; may have several parts.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The question is empty.</exception>
    public async Task<CitedAnswer> AnswerAsync(string question, CancellationToken cancellationToken = default)
    {
        await foreach (var happened in StreamAsync(question, cancellationToken).ConfigureAwait(false))
        {
            if (happened is AnswerCompleted completed)
            {
                return completed.Answer;
            }
        }

        throw new InvalidOperationException("The answer ended without being completed.");
    }

    /// <summary>Answers a question and tells what happens on the way (see <see cref="AnswerEvent"/> for the order).</summary>
    /// <inheritdoc cref="AnswerAsync"/>
    public async IAsyncEnumerable<AnswerEvent> StreamAsync(
        string question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        var started = _time.GetTimestamp();
        var parts = QuestionReader.Read(question);
        var found = new List<IReadOnlyList<RankedChunk>>();
        foreach (var part in parts)
        {
            found.Add(await _retriever.SearchAsync(part.Text, _options.Passages, cancellationToken).ConfigureAwait(false));
        }

        var evidence = Evidence(found);
        var searched = _time.GetElapsedTime(started);
        yield return new EvidenceFound(evidence);

        var builder = new AnswerBuilder(_retriever.Index);
        var statistics = new TermStatistics(_retriever.Index);
        var drafter = _options.Phrasing == AnswerPhrasing.Model ? new AnswerDrafter(_chat!, _counter, _checker, _options) : null;
        var rejected = new List<RejectedDraft>();
        var unanswered = new List<QuestionPart>();
        var nearest = new List<ScoredSentence>();
        TimeSpan? first = null;
        foreach (var (part, passages) in parts.Zip(found))
        {
            var scored = await _selector.SelectAsync(part, passages, statistics, cancellationToken).ConfigureAwait(false);
            var chosen = AnswerComposer.Compose(part, scored, _options.Threshold);
            if (chosen.Count == 0)
            {
                unanswered.Add(part);
                nearest.AddRange(scored.Take(_options.NearestStatements).Where(sentence => sentence.Probability >= _options.NearestThreshold));
                continue;
            }

            builder.StartPart();
            await foreach (var happened in SayAsync(part, chosen, builder, drafter, rejected, cancellationToken).ConfigureAwait(false))
            {
                first ??= _time.GetElapsedTime(started);
                yield return happened;
            }
        }

        var isAbstention = unanswered.Count == parts.Count;
        foreach (var happened in Abstain(unanswered, isAbstention, Nearest(nearest), builder))
        {
            first ??= _time.GetElapsedTime(started);
            yield return happened;
        }

        var timings = new AnswerTimings(searched, first ?? searched, _time.GetElapsedTime(started));
        yield return new AnswerCompleted(new CitedAnswer(
            question,
            builder.Text,
            builder.Sentences.All(sentence => sentence.Supported),
            isAbstention,
            builder.Sentences,
            builder.Citations,
            evidence,
            drafter?.Usage ?? new Usage(0, 0, _counter.MaxTokens),
            timings) { Rejected = rejected });
    }

    private static async IAsyncEnumerable<AnswerEvent> SayAsync(
        QuestionPart part,
        IReadOnlyList<SentenceCandidate> chosen,
        AnswerBuilder builder,
        AnswerDrafter? drafter,
        List<RejectedDraft> rejected,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var said = new List<SentenceCandidate>();
        if (drafter is not null)
        {
            await foreach (var draft in drafter.DraftAsync(part, chosen, cancellationToken).ConfigureAwait(false))
            {
                if (!draft.Verdict.Supported)
                {
                    rejected.Add(new RejectedDraft(draft.Text, draft.Verdict.Reason));
                    break;
                }

                said.AddRange(draft.Sources);
                foreach (var happened in builder.AddDraft(draft.Text, draft.Sources))
                {
                    yield return happened;
                }
            }
        }

        // Without a draft, or where it strayed: the quotes that it has not used.
        if (said.Count == 0 || rejected.Count > 0)
        {
            foreach (var happened in chosen.Except(said).SelectMany(builder.AddQuote))
            {
                yield return happened;
            }
        }
    }

    private List<SentenceCandidate> Nearest(List<ScoredSentence> sentences) =>
    [
        .. sentences.OrderByDescending(sentence => sentence.Probability)
            .Select(sentence => sentence.Sentence)
            .DistinctBy(sentence => (sentence.Passage.Chunk.Id, sentence.Index))
            .Take(_options.NearestStatements),
    ];

    // The nearest statements follow on lines of their own; the sentence before them says that they are no answer.
    private static IEnumerable<AnswerEvent> Abstain(
        List<QuestionPart> unanswered, bool isAbstention, List<SentenceCandidate> nearest, AnswerBuilder builder)
    {
        if (isAbstention)
        {
            return nearest.Count == 0
                ? builder.AddUnsupported(Abstention)
                : builder.AddUnsupported($"{Abstention} {NearestLead}").Concat(nearest.SelectMany(builder.AddNearest));
        }

        return unanswered.SelectMany(part =>
        {
            builder.StartPart();
            return builder.AddUnsupported($"{PartAbstention} {part.Text.TrimEnd('?', ' ')}?");
        });
    }

    private List<AnswerEvidence> Evidence(IEnumerable<IReadOnlyList<RankedChunk>> found) =>
    [
        .. found.SelectMany(passages => passages)
            .OrderByDescending(passage => passage.Score)
            .DistinctBy(passage => passage.Chunk.Id)
            .Take(_options.EvidenceShown)
            .Select(passage => new AnswerEvidence(
                passage.Chunk.Source,
                passage.Chunk.Chunk.PageFirst,
                passage.Chunk.Chunk.Start,
                passage.Chunk.Chunk.End,
                passage.Chunk.Chunk.HeadingPath,
                passage.Score,
                passage.Chunk.Chunk.Text)),
    ];
}
