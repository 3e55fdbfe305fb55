using System.Text.RegularExpressions;
using Cairn.Retrieval.Answers.Language;
using Cairn.Retrieval.Answers.Questions;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Measures the features of sentences for one question that need no model: words, headings, patterns.</summary>
public sealed partial class SentenceScorer
{
    private const int PrefixLength = 5;
    private const double PrefixMatch = 0.7;
    private const double OtherName = 2;
    private const double SeveralYears = 0.5;
    private const double TabularReason = 0.5;
    private const double OtherUnit = 0.5;
    private const int CountReach = 4;
    private const double HeadingNearness = 0.5;
    private const double WordingWeight = 0.3;
    private const double FunctionWordWeight = 0.35;

    // Ways to say that something came into the world; who and when may be told in other words than they are asked.
    private static readonly HashSet<string>[] Events =
    [
        WordReader.ContentStems("founded founder founders established created started"),
        WordReader.ContentStems("released published launched introduced announced proposed appeared date dates presented"),
        WordReader.ContentStems("made maker makers invented developed designed written author authors created built proposed introduced"),
    ];

    private readonly QuestionPart _question;
    private readonly Dictionary<string, double> _weights;
    private readonly double _total;
    private readonly IReadOnlyList<Word> _subject;
    private readonly List<Word> _allWords;
    private readonly HashSet<string> _compounds;
    private readonly HashSet<string> _years;
    private readonly bool _negates;
    private readonly bool _counts;
    private readonly bool _asksForCommand;
    private readonly bool _asksForPeriod;

    /// <summary>A scorer for one question.</summary>
    public SentenceScorer(QuestionPart question, TermStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(statistics);
        _question = question;
        _weights = question.Words.ToDictionary(
            word => word.Stem, word => statistics.Weight(word) * (QuestionWording.Contains(word.Text) ? WordingWeight : 1), StringComparer.Ordinal);
        _total = Math.Max(_weights.Values.Sum(), 1e-9);
        _subject = question.Subject is null ? [] : [.. WordReader.Read(question.Subject).Where(word => word.IsContent)];
        _allWords = WordReader.Read(question.Text);
        _compounds = Compounds(question.Text, _allWords, ofNames: true);
        _counts = _allWords.Zip(_allWords.Skip(1)).Any(pair => pair.First.Text == "how" && pair.Second.Text == "many");
        _asksForCommand = _allWords.Exists(word => word.Text is "command" or "commands");
        _asksForPeriod = PartOfYear().IsMatch(question.Text);
        _years = _allWords.Where(word => word.IsNumber).Select(word => word.Stem).Where(IsYear).ToHashSet(StringComparer.Ordinal);
        _negates = _allWords.Exists(word => (word.Kind & WordKinds.Negation) != 0);
    }

    /// <summary>Features of a sentence, cosines and likelihood left at their defaults.</summary>
    public SentenceFeatures Measure(SentenceCandidate sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var words = WordReader.Read(sentence.Text);
        var own = Stems(words);
        var heading = Stems(WordReader.Read($"{sentence.Heading}. {sentence.Passage.Chunk.Chunk.HeadingPath}. {sentence.Passage.Chunk.Title}"));
        var around = Stems(WordReader.Read($"{sentence.Context} {sentence.Next}"));
        if (sentence.Kind == SentenceKind.Field)
        {
            // "Commission: 10 %" in a form belongs to the name in the rows around it.
            heading.UnionWith(around);
        }

        var passage = Stems(WordReader.Read(sentence.Passage.Chunk.Chunk.Text));

        var coverage = Covered(own);
        var withHeading = Covered(own, heading);
        var withAll = Covered(own, heading, around);
        var isCode = sentence.Kind == SentenceKind.Code;
        var fit = _asksForCommand ? (isCode ? 1 : 0.2) : AnswerType.Fit(_question, sentence.Text, words);
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
            TypeMissing = (AnswerType.IsRequired(_question.Kind) && fit == 0) || (_asksForCommand != isCode)
                ? 1
                : _question.Kind == QuestionKind.Quantity && fit < 0.5 ? OtherUnit : 0,
            Definition = AsksForMeaning ? DefinitionPattern.Fit(_subject, words, sentence.Text, sentence.Heading) : 0,
            HeadingIntent = HeadingIntent(sentence.Heading),
            NamesMissing = Math.Max(NamesMissing(Compounds(sentence, words), own, heading, around, FileName(sentence.Source)), PeriodMissing(sentence, own, heading, around, passage)),
            NegationMissing = _negates && !words.Exists(IsNegative) ? 1 : 0,
            PassageMissing = 1 - Covered(passage, heading),
            LowCoverage = Math.Max(0, 1 - (2 * withHeading)),
            FocusMissing = FocusMissing(sentence.Text, words, own, sentence.Kind == SentenceKind.Field ? [] : heading, sentence.Kind == SentenceKind.TableRow ? around : []),
            Fragment = IsFragment(sentence) ? 1 : _question.Kind == QuestionKind.Reason && IsRow(sentence) ? TabularReason : 0,
            Novelty = Math.Min(1, own.Count(stem => !_weights.ContainsKey(stem)) / 4.0),
            Lead = 1.0 / (1 + sentence.Index),
        };
    }

    private bool AsksForMeaning => _question.Kind is QuestionKind.Definition || (_question.Kind is QuestionKind.Statement or QuestionKind.Quantity && _subject.Count > 0);

    private static bool IsFragment(SentenceCandidate sentence) =>
        sentence.Kind is SentenceKind.Fragment or SentenceKind.LeadIn || sentence.Text.EndsWith('?');

    // A report that says "we" is told apart by the name of its file: "ADOBE_2022_10K.pdf".
    private static HashSet<string> FileName(string source) =>
        WordReader.ContentStems(Path.GetFileNameWithoutExtension(source).Replace('_', ' ').Replace('-', ' '));

    private static bool IsRow(SentenceCandidate sentence) => sentence.Kind is SentenceKind.TableRow or SentenceKind.Field;

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

    private int Distance(Word asked, List<Word> words, int place)
    {
        var nearest = -1;
        var events = Synonyms(asked.Stem);
        for (var i = 0; i < words.Count; i++)
        {
            if ((words[i].Stem == asked.Stem || events.Contains(words[i].Stem)) && (nearest < 0 || Math.Abs(i - place) < nearest))
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

    private HashSet<string> Synonyms(string stem) =>
        _question.Kind is QuestionKind.Person or QuestionKind.Time
            ? [.. Events.Where(group => group.Contains(stem)).SelectMany(group => group)]
            : [];

    private double Match(Word word, ReadOnlySpan<HashSet<string>> sets)
    {
        var best = 0.0;
        var events = Synonyms(word.Stem);
        foreach (var set in sets)
        {
            if (set.Contains(word.Stem))
            {
                return 1;
            }

            if (best == 0 && set.Overlaps(events))
            {
                best = PrefixMatch;
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

    private static bool IsYear(string stem) =>
        stem.Length == 4 && (stem.StartsWith("19", StringComparison.Ordinal) || stem.StartsWith("20", StringComparison.Ordinal)) && char.IsAsciiDigit(stem[3]);

    private static HashSet<string> Compounds(SentenceCandidate sentence, List<Word> words)
    {
        var found = Compounds(sentence.Text, words, ofNames: false);
        var around = $"{sentence.Heading}. {sentence.Passage.Chunk.Title}. {sentence.Context}. {sentence.Next}";
        found.UnionWith(Compounds(around, WordReader.Read(around), ofNames: false));
        return found;
    }

    private static HashSet<string> Compounds(string text, List<Word> words, bool ofNames)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 1; i < words.Count; i++)
        {
            var gap = words[i].Start - words[i - 1].End;
            if (words[i].IsNumber && (words[i - 1].IsName || !ofNames) && !words[i - 1].IsNumber && !IsYear(words[i].Stem) && gap <= 1 && (gap == 0 || text[words[i].Start - 1] is '-' or ' '))
            {
                found.Add($"{words[i - 1].Stem} {words[i].Stem}");
            }
        }

        return found;
    }

    // A figure of a year is not told by a passage that never speaks of the year, nor by the figure of one of its quarters.
    private double PeriodMissing(SentenceCandidate sentence, params ReadOnlySpan<HashSet<string>> sets)
    {
        if (_years.Count == 0 || _question.Kind != QuestionKind.Quantity)
        {
            return 0;
        }

        foreach (var set in sets)
        {
            if (set.Overlaps(_years))
            {
                var isPart = !_asksForPeriod && PartOfYear().IsMatch(sentence.Text);
                return isPart ? OtherName : set != sets[0] && set.Count(IsYear) > 1 ? SeveralYears : 0;
            }
        }

        return OtherName;
    }

    private static bool IsNegative(Word word) =>
        (word.Kind & WordKinds.Negation) != 0 || word.Text is "avoid" or "wrong" or "instead" or "rather" or "unsuitable" or "skip" or "worse";

    private double FocusMissing(string text, List<Word> words, params ReadOnlySpan<HashSet<string>> sets)
    {
        var missing = 0.0;
        foreach (var stem in _question.Focus)
        {
            var found = false;
            var events = Synonyms(stem);
            foreach (var set in sets)
            {
                found |= set.Contains(stem) || set.Overlaps(events) || (stem.Length >= PrefixLength && set.Any(other => AreRelatives(other, stem)));
            }

            missing += !found ? 1 : _counts && IsUncounted(text, words, stem) ? 0.5 : 0;
        }

        return _question.Focus.Count == 0 ? 0 : missing / _question.Focus.Count;
    }

    // "How many examples": a number far from the word, or in another clause before it, counts something else.
    private static bool IsUncounted(string text, List<Word> words, string stem)
    {
        var at = words.FindIndex(word => word.Stem == stem);
        return at >= 0 && !Enumerable.Range(0, words.Count).Any(i => words[i].IsNumber && i != at && Counts(text, words, i, at));
    }

    // Before the word a number counts it ("2,000 labelled examples"); behind it only where it is said to ("examples: 2,000"),
    // since "questions in 57 subjects" counts the subjects.
    private static bool Counts(string text, List<Word> words, int number, int noun)
    {
        if (Math.Abs(number - noun) > CountReach)
        {
            return false;
        }

        return number < noun
            ? !text.AsSpan(words[number].End, words[noun].Start - words[number].End).ContainsAny(":;")
            : text.AsSpan(words[noun].End, words[number].Start - words[noun].End).ContainsAny(":=—(")
                || words[(noun + 1)..number].Exists(word => word.Text is "is" or "are" or "was" or "were" or "to" or "of" or "by");
    }

    // GPT-5 is not GPT-3, and 2022 is not 2023: a name with a number must stand there as a whole, and no other year instead.
    private double NamesMissing(HashSet<string> compounds, params ReadOnlySpan<HashSet<string>> sets)
    {
        if (!_compounds.IsSubsetOf(compounds) || (_years.Count > 0 && sets[0].Any(IsYear) && !sets[0].Overlaps(_years)))
        {
            return OtherName;
        }

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

    [GeneratedRegex(@"\b(?:(?:first|second|third|fourth|last|next|previous)\s+(?:quarter|half|(?:three|six|nine)\s+months)|(?:three|six|nine)\s+months\s+ended|13\s+weeks|[1-4]Q(?:\d\d)+|Q[1-4])\b", RegexOptions.IgnoreCase)]
    private static partial Regex PartOfYear();
}
