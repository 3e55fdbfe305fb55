using System.Numerics.Tensors;
using Cairn.Abstractions;
using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;
using Cairn.Retrieval.Search;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Orders the sentences of passages by how likely they answer a question.</summary>
/// <remarks>
/// Words decide which sentences are worth an embedding, embeddings decide which are worth a look by the language model,
/// and <see cref="SentenceWeights"/> joins all of it to one probability.
/// </remarks>
public sealed class SentenceSelector
{
    private const int LongestHeading = 80;
    private const double NearPassage = 0.03;
    private const double ClearLead = 0.15;
    private const float SameStatement = 0.9f;

    private readonly IEmbeddingGenerator<string, Embedding<float>> _embeddings;
    private readonly ILogLikelihoodClient? _likelihood;
    private readonly SentenceSelectorOptions _options;

    /// <summary>A selector.</summary>
    /// <param name="embeddings">Embeds the question and the sentences.</param>
    /// <param name="likelihood">Scores the question after each of the best sentences; null to leave this out.</param>
    /// <param name="options">Settings; defaults when null.</param>
    public SentenceSelector(
        IEmbeddingGenerator<string, Embedding<float>> embeddings, ILogLikelihoodClient? likelihood = null, SentenceSelectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        _embeddings = embeddings;
        _likelihood = likelihood;
        _options = options ?? new SentenceSelectorOptions();
    }

    /// <summary>Scores the sentences of passages.</summary>
    /// <param name="question">One question.</param>
    /// <param name="passages">Where to look, best first.</param>
    /// <param name="statistics">Rarity of words in the index.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Sentences, likeliest first; ties in the order of the passages.</returns>
    public async Task<IReadOnlyList<ScoredSentence>> SelectAsync(
        QuestionPart question, IReadOnlyList<RankedChunk> passages, TermStatistics statistics, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(passages);
        var scorer = new SentenceScorer(question, statistics);
        var pool = passages.SelectMany(SentenceFinder.Find)
            .Where(sentence => sentence.Kind is not SentenceKind.Fragment)
            .Select(sentence => (Sentence: sentence, Features: scorer.Measure(sentence)))
            .OrderByDescending(item => SentenceWeights.Probability(item.Features))
            .Take(_options.EmbeddedSentences)
            .ToList();
        if (pool.Count == 0)
        {
            return [];
        }

        // A heading may name the subject or may be noise: the sentence is embedded without it, and with it where it adds a word.
        var texts = new List<string> { question.Text };
        var places = new List<(int Alone, int Headed)>(pool.Count);
        foreach (var (sentence, _) in pool)
        {
            texts.Add(sentence.Text);
            var headed = AddsWord(sentence) ? $"{sentence.Heading}: {sentence.Text}" : null;
            places.Add((texts.Count - 1, headed is null ? texts.Count - 1 : texts.Count));
            texts.AddRange(headed is null ? [] : [headed]);
        }

        var vectors = await _embeddings.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        var scored = pool.Select((item, i) => WithSimilarity(
                item.Sentence, item.Features, vectors[0].Vector, vectors[places[i].Alone].Vector, vectors[places[i].Headed].Vector))
            .OrderByDescending(sentence => sentence.Probability)
            .ToList();
        scored = MarkStandout(scored);
        if (_likelihood is not null)
        {
            await AskModelAsync(question, scored, cancellationToken).ConfigureAwait(false);
        }

        return scored;
    }

    private static bool AddsWord(SentenceCandidate sentence) =>
        sentence.Heading.Length <= LongestHeading
        && WordReader.ContentStems(sentence.Text) is var own
        && WordReader.ContentStems(sentence.Heading).Any(stem => !own.Contains(stem));

    private static ScoredSentence WithSimilarity(
        SentenceCandidate sentence,
        SentenceFeatures features,
        ReadOnlyMemory<float> question,
        ReadOnlyMemory<float> alone,
        ReadOnlyMemory<float> headed)
    {
        var similarity = Math.Max(
            TensorPrimitives.CosineSimilarity(question.Span, alone.Span), TensorPrimitives.CosineSimilarity(question.Span, headed.Span));
        var measured = features with { Similarity = similarity };
        return new ScoredSentence(sentence, measured, SentenceWeights.Probability(measured), alone);
    }

    // Nearest by its own meaning and in the nearest passage: two measures that err differently agree.
    private static List<ScoredSentence> MarkStandout(List<ScoredSentence> scored)
    {
        var best = scored.MaxBy(sentence => sentence.Features.Similarity)!;
        var nearest = scored.Max(sentence => sentence.Features.PassageSimilarity);
        if (best.Features.PassageSimilarity < nearest - NearPassage)
        {
            return scored;
        }

        var second = scored.Where(other => TensorPrimitives.CosineSimilarity(best.Embedding.Span, other.Embedding.Span) < SameStatement)
            .Select(other => other.Features.Similarity).DefaultIfEmpty(0).Max();
        var measured = best.Features with { Standout = Math.Clamp((best.Features.Similarity - second) / ClearLead, 0, 1) };
        var marked = best with { Features = measured, Probability = SentenceWeights.Probability(measured) };
        return [.. scored.Select(sentence => ReferenceEquals(sentence, best) ? marked : sentence).OrderByDescending(sentence => sentence.Probability)];
    }

    private async Task AskModelAsync(QuestionPart question, List<ScoredSentence> scored, CancellationToken cancellationToken)
    {
        var count = Math.Min(_options.ScoredByModel, scored.Count);
        var bare = (await _likelihood!.ScoreAsync(LikelihoodPrompt.Without, [question.Text], cancellationToken).ConfigureAwait(false))[0];
        for (var i = 0; i < count; i++)
        {
            var prompt = LikelihoodPrompt.After(scored[i].Sentence);
            var given = (await _likelihood.ScoreAsync(prompt, [question.Text], cancellationToken).ConfigureAwait(false))[0];
            var gain = (given - bare) / Math.Max(1, question.Words.Count);
            var measured = scored[i].Features with { Likelihood = 1 / (1 + Math.Exp(-gain)) };
            scored[i] = scored[i] with { Features = measured, Probability = SentenceWeights.Probability(measured) };
        }

        scored.Sort((a, b) => b.Probability.CompareTo(a.Probability));
    }
}
