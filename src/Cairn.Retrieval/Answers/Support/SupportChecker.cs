using System.Numerics.Tensors;
using Cairn.Retrieval.Answers.Language;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Answers.Support;

/// <summary>Checks a sentence that a model wrote against the quotes it was given.</summary>
/// <remarks>
/// A sentence is supported when one quote, or two together, hold nine in ten of its content words and every number and
/// name; when a number has the neighbours it has in the quote; when these words stand in the same order as in the quote (so that subject and object are not exchanged); when
/// both negate or neither does; and when the embeddings agree. The check is strict on purpose: a model that is doubted
/// wrongly costs nothing, since the quotes stand in for it.
/// </remarks>
public sealed class SupportChecker
{
    private const double LeastCoverage = 0.9;
    private const double LeastOrder = 0.75;
    private const float LeastSimilarity = 0.6f;
    private const double LeastNeighbours = 0.6;
    private const int NearNeighbours = 2;
    private const int FarNeighbours = 4;
    private const int FewestWords = 2;

    private readonly IEmbeddingGenerator<string, Embedding<float>> _embeddings;

    /// <summary>A checker that compares meaning with an embedder.</summary>
    public SupportChecker(IEmbeddingGenerator<string, Embedding<float>> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        _embeddings = embeddings;
    }

    /// <summary>Checks a sentence.</summary>
    /// <param name="sentence">The sentence, without citation marks.</param>
    /// <param name="sources">The quotes in readable form, each with its heading where that names the subject.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<SupportVerdict> CheckAsync(
        string sentence, IReadOnlyList<SupportSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        ArgumentNullException.ThrowIfNull(sources);
        if (sentence.AsSpan().TrimEnd().EndsWith("?"))
        {
            return Unsupported("it asks and states nothing");
        }

        var verdict = CheckWords(WordReader.Read(sentence), sources);
        if (!verdict.Supported)
        {
            return verdict;
        }

        var quotes = string.Join(' ', verdict.Sources.Order().Select(index => sources[index].Quote));
        var vectors = await _embeddings.GenerateAsync([sentence, quotes], cancellationToken: cancellationToken).ConfigureAwait(false);
        var similarity = TensorPrimitives.CosineSimilarity(vectors[0].Vector.Span, vectors[1].Vector.Span);
        return similarity >= LeastSimilarity ? verdict : Unsupported($"its meaning is far from the quotes (cosine {similarity:F2})");
    }

    /// <summary>The part of the check that needs no model.</summary>
    internal static SupportVerdict CheckWords(IReadOnlyList<Word> words, IReadOnlyList<SupportSource> sources)
    {
        var content = words.Where(word => word.IsContent).ToList();
        if (content.Count < FewestWords)
        {
            return Unsupported("it states nothing that could be checked");
        }

        var reason = "no quote was given";
        var best = -1.0;
        for (var size = 1; size <= 2; size++)
        {
            foreach (var set in Sets(sources.Count, size))
            {
                var (coverage, objection) = Compare(words, content, [.. set.Select(index => sources[index])]);
                if (objection.Length == 0)
                {
                    return new SupportVerdict(true, set, "");
                }

                if (coverage > best)
                {
                    (best, reason) = (coverage, objection);
                }
            }

            // A quote has the words and says something else: a second quote must not talk it round.
            if (best >= LeastCoverage)
            {
                break;
            }
        }

        return Unsupported(reason);
    }

    private static SupportVerdict Unsupported(string reason) => new(false, [], reason);

    private static IEnumerable<int[]> Sets(int count, int size) =>
        size == 1
            ? Enumerable.Range(0, count).Select(i => new[] { i })
            : Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(i + 1, count - i - 1).Select(j => new[] { i, j }));

    private static (double Coverage, string Objection) Compare(
        IReadOnlyList<Word> words, List<Word> content, IReadOnlyList<SupportSource> sources)
    {
        var quote = sources.SelectMany(source => WordReader.Read(source.Quote)).ToList();
        var known = quote.Concat(sources.SelectMany(source => WordReader.Read(source.Heading)))
            .Where(word => word.IsContent).Select(word => word.Stem).ToHashSet(StringComparer.Ordinal);
        var foreign = content.Where(word => !known.Contains(word.Stem)).ToList();
        var coverage = 1 - ((double)foreign.Count / content.Count);
        if (foreign.Find(word => word.IsNumber || word.IsName) is { Text: { Length: > 0 } text })
        {
            return (coverage, $"'{text}' is not in the quote");
        }

        if (coverage < LeastCoverage)
        {
            return (coverage, $"'{foreign[0].Text}' is not in the quote");
        }

        if (Negates(words) != Negates(quote))
        {
            return (coverage, "one of the two negates, the other does not");
        }

        if (Unbound(words, quote) is { } number)
        {
            return (coverage, $"'{number}' belongs to other words in the quote");
        }

        var order = SharedOrder(content, quote);
        return order < LeastOrder
            ? (coverage, "its words stand in another order than in the quote")
            : (coverage, "");
    }

    // A number must have the neighbours that it has in the quote: both may hold 48 GB and 780 GB, each of another thing.
    private static string? Unbound(IReadOnlyList<Word> words, List<Word> quote)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].IsNumber)
            {
                continue;
            }

            var own = Neighbours(words, i, NearNeighbours);
            var bound = Enumerable.Range(0, quote.Count)
                .Where(j => quote[j].Stem == words[i].Stem)
                .Any(j => Neighbours(quote, j, FarNeighbours) is var theirs && own.Count(theirs.Contains) >= LeastNeighbours * own.Count);
            if (!bound)
            {
                return words[i].Text;
            }
        }

        return null;
    }

    private static HashSet<string> Neighbours(IReadOnlyList<Word> words, int at, int reach)
    {
        var before = words.Take(at).Where(word => word.IsContent).TakeLast(reach);
        var after = words.Skip(at + 1).Where(word => word.IsContent).Take(reach);
        return before.Concat(after).Select(word => word.Stem).ToHashSet(StringComparer.Ordinal);
    }

    // A long quote may negate in one clause and the sentence repeat another: then the check fails on the safe side.
    private static bool Negates(IEnumerable<Word> words) => words.Any(word => (word.Kind & WordKinds.Negation) != 0);

    // Longest common subsequence of the sentence's content words with the quote's, as a share of the sentence's.
    private static double SharedOrder(List<Word> sentence, List<Word> quote)
    {
        var target = quote.Where(word => word.IsContent).Select(word => word.Stem).ToList();
        var row = new int[target.Count + 1];
        foreach (var word in sentence)
        {
            var diagonal = 0;
            for (var j = 1; j <= target.Count; j++)
            {
                var above = row[j];
                row[j] = word.Stem == target[j - 1] ? diagonal + 1 : Math.Max(row[j], row[j - 1]);
                diagonal = above;
            }
        }

        return (double)row[target.Count] / sentence.Count;
    }
}
