using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Measures the features of sentences for one question that need no model: words, headings, patterns.</summary>
public sealed class SentenceScorer
{
    private const int PrefixLength = 5;
    private const double PrefixMatch = 0.7;
    private const double HeadingNearness = 0.5;
    private const double FunctionWordWeight = 0.35;

    private readonly QuestionPart _question;
    private readonly Dictionary<string, double> _weights;
    private readonly double _total;
    private readonly IReadOnlyList<Word> _subject;
    private readonly IReadOnlyList<Word> _allWords;

    /// <summary>A scorer for one question.</summary>
    public SentenceScorer(QuestionPart question, TermStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(statistics);
        _question = question;
        _weights = question.Words.ToDictionary(word => word.Stem, statistics.Weight, StringComparer.Ordinal);
        _total = Math.Max(_weights.Values.Sum(), 1e-9);
        _subject = question.Subject is null ? [] : [.. WordReader.Read(question.Subject).Where(word => word.IsContent)];
        _allWords = WordReader.Read(question.Text);
    }

    /// <summary>Features of a sentence, cosines and likelihood left at their defaults.</summary>
    public SentenceFeatures Measure(SentenceCandidate sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var words = WordReader.Read(sentence.Text);
        var own = Stems(words);
        var heading = Stems(WordReader.Read($"{sentence.Heading}. {sentence.Passage.Chunk.Chunk.HeadingPath}. {sentence.Passage.Chunk.Title}"));
        var around = Stems(WordReader.Read($"{sentence.Context} {sentence.Next}"));
        var passage = Stems(WordReader.Read(sentence.Passage.Chunk.Chunk.Text));

        var coverage = Covered(own);
        var withHeading = Covered(own, heading);
        var withAll = Covered(own, heading, around);
        var fit = AnswerType.Fit(_question, sentence.Text, words);
        return new SentenceFeatures
        {
            PassageSimilarity = sentence.Passage.VectorScore ?? 0,
            Retrieval = sentence.Passage.Score,
            Coverage = coverage,
            HeadingCoverage = withHeading - coverage,
            ContextCoverage = withAll - withHeading,
            Pairs = SharedPairs(words),
            Proximity = AnswerType.IsRequired(_question.Kind) ? Proximity(sentence.Text, words, heading) : coverage,
            TypeFit = fit,
            TypeMissing = AnswerType.IsRequired(_question.Kind) && fit == 0 ? 1 : 0,
            Definition = AsksForMeaning ? DefinitionPattern.Fit(_subject, words, sentence.Text, sentence.Heading) : 0,
            HeadingIntent = HeadingIntent(sentence.Heading),
            NamesMissing = NamesMissing(own, heading, around),
            PassageMissing = 1 - Covered(passage, heading),
            FocusMissing = FocusMissing(own, heading, sentence.Kind == SentenceKind.TableRow ? around : []),
            Fragment = IsFragment(sentence) ? 1 : 0,
            Novelty = Math.Min(1, own.Count(stem => !_weights.ContainsKey(stem)) / 6.0),
            Lead = 1.0 / (1 + sentence.Index),
        };
    }

    private bool AsksForMeaning => _question.Kind is QuestionKind.Definition || (_question.Kind is QuestionKind.Statement or QuestionKind.Quantity && _subject.Count > 0);

    private static bool IsFragment(SentenceCandidate sentence) =>
        sentence.Kind is SentenceKind.Fragment or SentenceKind.LeadIn || sentence.Text.EndsWith('?');

    private static HashSet<string> Stems(List<Word> words) =>
        words.Where(word => word.IsContent).Select(word => word.Stem).ToHashSet(StringComparer.Ordinal);

    // The best of the words that could be what is asked for: the question's words count the less the farther they stand.
    private double Proximity(string text, List<Word> words, HashSet<string> heading)
    {
        var best = 0.0;
        foreach (var place in AnswerType.Places(_question, text, words))
        {
            var sum = 0.0;
            foreach (var asked in _question.Words)
            {
                var distance = Distance(asked, words, place);
                var nearness = distance >= 0 ? 1 / (1 + (Math.Max(0, distance - 2) / 6.0)) : heading.Contains(asked.Stem) ? HeadingNearness : 0;
                sum += _weights[asked.Stem] * nearness;
            }

            best = Math.Max(best, sum / _total);
        }

        return best;
    }

    private static int Distance(Word asked, List<Word> words, int place)
    {
        var nearest = -1;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Stem == asked.Stem && (nearest < 0 || Math.Abs(i - place) < nearest))
            {
                nearest = Math.Abs(i - place);
            }
        }

        return nearest;
    }

    // A word counts when one of the sets has its stem, and in part when one has a longer or shorter relative of it.
    private double Covered(params ReadOnlySpan<HashSet<string>> sets)
    {
        var sum = 0.0;
        foreach (var word in _question.Words)
        {
            sum += _weights[word.Stem] * Match(word, sets);
        }

        return sum / _total;
    }

    private static double Match(Word word, ReadOnlySpan<HashSet<string>> sets)
    {
        var best = 0.0;
        foreach (var set in sets)
        {
            if (set.Contains(word.Stem))
            {
                return 1;
            }

            if (best == 0 && !word.IsNumber && word.Stem.Length >= PrefixLength && set.Any(stem => AreRelatives(stem, word.Stem)))
            {
                best = PrefixMatch;
            }
        }

        return best;
    }

    private static bool AreRelatives(string a, string b) =>
        a.Length >= PrefixLength && (a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal)
        || (a.Length > PrefixLength + 1 && b.Length > PrefixLength + 1 && a.AsSpan(0, PrefixLength + 1).SequenceEqual(b.AsSpan(0, PrefixLength + 1))));

    private double SharedPairs(List<Word> words)
    {
        if (_question.Words.Count < 2)
        {
            return 0;
        }

        var content = words.Where(word => word.IsContent).Select(word => word.Stem).ToList();
        var pairs = content.Zip(content.Skip(1)).ToHashSet();
        var asked = _question.Words.Zip(_question.Words.Skip(1), (a, b) => (a.Stem, b.Stem)).ToList();
        return (double)asked.Count(pairs.Contains) / asked.Count;
    }

    // Cosine of two bags of words in which function words count a little: "when to use" must meet "when should I use".
    private double HeadingIntent(string heading)
    {
        var asked = _allWords.Select(word => (word.Stem, Weight: word.IsContent ? 1 : FunctionWordWeight)).DistinctBy(word => word.Stem).ToDictionary();
        var found = WordReader.Read(heading).Select(word => (word.Stem, Weight: word.IsContent ? 1 : FunctionWordWeight)).DistinctBy(word => word.Stem).ToDictionary();
        if (asked.Count == 0 || found.Count == 0)
        {
            return 0;
        }

        var common = found.Sum(word => asked.TryGetValue(word.Key, out var weight) ? weight * word.Value : 0);
        return common / Math.Sqrt(asked.Values.Sum(weight => weight * weight) * found.Values.Sum(weight => weight * weight));
    }

    private double FocusMissing(params ReadOnlySpan<HashSet<string>> sets)
    {
        var missing = 0;
        foreach (var stem in _question.Focus)
        {
            var found = false;
            foreach (var set in sets)
            {
                found |= set.Contains(stem) || (stem.Length >= PrefixLength && set.Any(other => AreRelatives(other, stem)));
            }

            missing += found ? 0 : 1;
        }

        return _question.Focus.Count == 0 ? 0 : (double)missing / _question.Focus.Count;
    }

    private double NamesMissing(params ReadOnlySpan<HashSet<string>> sets)
    {
        var (names, missing) = (0, 0);
        foreach (var word in _question.Words)
        {
            if (word.IsName || word.IsNumber)
            {
                names++;
                missing += Match(word, sets) < 1 ? 1 : 0;
            }
        }

        return names == 0 ? 0 : (double)missing / names;
    }
}
