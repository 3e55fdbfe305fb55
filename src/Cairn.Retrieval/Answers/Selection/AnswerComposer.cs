using System.Numerics.Tensors;
using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Chooses the sentences that make up the answer to one question and puts them into reading order.</summary>
public static class AnswerComposer
{
    private const int MostListItems = 6;
    private const float SameStatement = 0.93f;
    private const double SameWords = 0.8;

    /// <summary>Chooses sentences.</summary>
    /// <param name="question">The question.</param>
    /// <param name="scored">Sentences, likeliest first.</param>
    /// <param name="threshold">Least probability of a sentence that may stand in an answer.</param>
    /// <returns>Sentences in reading order; empty when none is likely enough: the documents do not say.</returns>
    public static IReadOnlyList<SentenceCandidate> Compose(QuestionPart question, IReadOnlyList<ScoredSentence> scored, double threshold)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(scored);
        if (scored.Count == 0 || scored[0].Probability < threshold)
        {
            return [];
        }

        var (most, ratio) = Extent(question.Kind);
        var least = Math.Max(threshold, ratio * scored[0].Probability);
        var chosen = new List<ScoredSentence>();
        foreach (var sentence in scored)
        {
            if (sentence.Probability >= least && chosen.Count < most && !chosen.Exists(other => Repeats(other, sentence)))
            {
                chosen.Add(sentence);
            }
        }

        return Order(chosen, Complete(question, [.. chosen.Select(item => item.Sentence)]));
    }

    // How many sentences an answer of a kind has at most, and how near to the best one the others must come.
    private static (int Most, double Ratio) Extent(QuestionKind kind) => kind switch
    {
        QuestionKind.Time or QuestionKind.Person or QuestionKind.Place => (2, 0.9),
        QuestionKind.Quantity or QuestionKind.Definition or QuestionKind.Confirmation => (2, 0.85),
        QuestionKind.Procedure or QuestionKind.Enumeration => (4, 0.7),
        _ => (3, 0.75),
    };

    private static bool Repeats(ScoredSentence a, ScoredSentence b)
    {
        if (TensorPrimitives.CosineSimilarity(a.Embedding.Span, b.Embedding.Span) >= SameStatement)
        {
            return true;
        }

        var (first, second) = (WordReader.ContentStems(a.Sentence.Text), WordReader.ContentStems(b.Sentence.Text));
        return second.Count > 0 && second.Count(first.Contains) >= SameWords * second.Count;
    }

    // A pronoun at the start needs the sentence before it; words that introduce a list need the list; one half of a comparison needs the other.
    private static List<SentenceCandidate> Complete(QuestionPart question, SentenceCandidate sentence)
    {
        var kind = question.Kind;
        var siblings = SentenceFinder.Find(sentence.Passage);
        var found = new List<SentenceCandidate> { sentence };
        var introduces = kind is QuestionKind.Enumeration && sentence.Kind is SentenceKind.Prose
            && sentence.Index + 1 < siblings.Count && IsItem(siblings[sentence.Index + 1]);
        if (sentence.Kind is SentenceKind.LeadIn || introduces || !EndsSentence(sentence.Text))
        {
            found.AddRange(siblings.Skip(sentence.Index + 1).TakeWhile(IsItem).Take(MostListItems));
            found.AddRange(siblings.Skip(sentence.Index + 1).Take(1).Where(next => next.Kind is SentenceKind.Code));
        }
        else if (sentence.Kind is SentenceKind.ListItem && kind is QuestionKind.Comparison)
        {
            found.AddRange(siblings.Where(other => IsItem(other) && Math.Abs(other.Index - sentence.Index) == 1 && OpensWithSubject(question, other)));
        }
        else if (sentence.Kind is SentenceKind.ListItem && kind is QuestionKind.Enumeration)
        {
            found.AddRange(siblings.Skip(sentence.Index + 1).TakeWhile(IsItem).Take(MostListItems));
            found.AddRange(siblings.Take(sentence.Index).Reverse().TakeWhile(IsItem).Take(MostListItems));
        }
        else if (sentence.Kind is SentenceKind.Prose && sentence.Index > 0 && PointsBack(sentence.Text)
            && siblings[sentence.Index - 1] is { Kind: SentenceKind.Prose } before && before.Heading == sentence.Heading)
        {
            found.Add(before);
        }

        return found;
    }

    private static List<SentenceCandidate> Complete(QuestionPart question, IReadOnlyList<SentenceCandidate> chosen) =>
        [.. chosen.SelectMany(sentence => Complete(question, sentence)).DistinctBy(sentence => (sentence.Passage.Chunk.Id, sentence.Index))];

    // "Prefill …" and "Decode …" are two halves of one comparison.
    private static bool OpensWithSubject(QuestionPart question, SentenceCandidate sentence) =>
        WordReader.Read(sentence.Text).FirstOrDefault(word => word.IsContent) is { } first && question.Words.Any(asked => asked.Stem == first.Stem);

    private static bool EndsSentence(string text) => text[^1] is '.' or '!' or '?' or ')' or '"' or '”' or '%' || char.IsAsciiDigit(text[^1]);

    private static bool IsItem(SentenceCandidate sentence) => sentence.Kind is SentenceKind.ListItem;

    private static bool PointsBack(string text) =>
        WordReader.Read(text) is { Count: > 1 } words && words[0].Text is "it" or "this" or "these" or "they" or "that" or "its" or "their" or "such" or "those"
        && words.Count > 1;

    private static List<SentenceCandidate> Order(List<ScoredSentence> chosen, List<SentenceCandidate> all)
    {
        var rank = chosen.Select(item => item.Sentence.Passage.Chunk.Id).Distinct().ToList();
        return [.. all.OrderBy(sentence => rank.IndexOf(sentence.Passage.Chunk.Id)).ThenBy(sentence => sentence.Start)];
    }
}
