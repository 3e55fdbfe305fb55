using Cairn.Retrieval.Answers.Language;

namespace Cairn.Retrieval.Answers.Selection;

/// <summary>Recognises a sentence that says what its subject is: <c>QLoRA is a …</c>, <c>Retrieval-augmented generation (RAG) ties …</c>.</summary>
public static class DefinitionPattern
{
    private const int LatestStart = 8;

    private static readonly HashSet<string> Copulas = new(StringComparer.Ordinal)
        { "is", "are", "was", "were", "means", "mean", "refers", "refer", "stands", "stand", "denotes", "describes", "names", "defines" };

    /// <summary>How much a sentence looks like the definition of a subject, 0 to 1.</summary>
    /// <param name="subject">Content words of the subject, in order.</param>
    /// <param name="words">All words of the sentence.</param>
    /// <param name="text">The sentence.</param>
    /// <param name="heading">The heading above it.</param>
    public static double Fit(IReadOnlyList<Word> subject, IReadOnlyList<Word> words, string text, string heading)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(heading);
        if (subject.Count == 0 || words.Count < 4)
        {
            return 0;
        }

        var (first, last) = Locate(subject, words);
        if (first < 0)
        {
            var aboutSubject = WordReader.ContentStems(heading) is { } stems && subject.All(word => stems.Contains(word.Stem));
            return aboutSubject && words[0].Text is "it" or "this" or "these" or "they" && words.Count > 1 && Copulas.Contains(words[1].Text) ? 0.6 : 0;
        }

        if (first > LatestStart || last + 1 >= words.Count)
        {
            return 0;
        }

        var opens = words.Take(first).All(word => !word.IsContent);
        return After(words, last, text) switch
        {
            Link.Noun => opens ? 1 : IsInBrackets(words[first], text) ? 0.9 : 0.5,
            Link.Apposition => 0.85,
            Link.Copula => opens ? 0.5 : 0.3,
            Link.Dash => opens ? 0.8 : 0.3,
            Link.Verb => opens ? 0.45 : 0.1,
            _ => 0,
        };
    }

    private enum Link
    {
        None,
        Noun,
        Apposition,
        Copula,
        Dash,
        Verb,
    }

    // Where the subject's words stand one behind the other, function words between them allowed.
    private static (int First, int Last) Locate(IReadOnlyList<Word> subject, IReadOnlyList<Word> words)
    {
        for (var start = 0; start < words.Count; start++)
        {
            var (at, next) = (start, 0);
            while (at < words.Count && next < subject.Count && (words[at].Stem == subject[next].Stem || (next > 0 && !words[at].IsContent)))
            {
                next += words[at].Stem == subject[next].Stem ? 1 : 0;
                at++;
            }

            if (next == subject.Count)
            {
                return (start, at - 1);
            }
        }

        return (-1, -1);
    }

    // What follows the subject, behind an explanation in brackets or between commas.
    private static Link After(IReadOnlyList<Word> words, int last, string text)
    {
        var at = last + 1;
        var gap = text.AsSpan(words[last].End, words[at].Start - words[last].End);
        if (gap.Contains('('))
        {
            var close = text.IndexOf(')', words[last].End);
            while (close > 0 && at < words.Count && words[at].Start < close)
            {
                at++;
            }
        }
        else if (gap.TrimStart().StartsWith(","))
        {
            if (words[at].Text is "a" or "an" or "the" && (text.IndexOf(',', words[at].Start) is var end && (end < 0 || !ContinuesWithCopula(words, end))))
            {
                return Link.Apposition;
            }

            var close = text.IndexOf(',', words[at].Start);
            while (close > 0 && at < words.Count && words[at].Start < close)
            {
                at++;
            }
        }

        if (at >= words.Count)
        {
            return Link.None;
        }

        gap = text.AsSpan(words[at - 1].End, words[at].Start - words[at - 1].End);
        return Copulas.Contains(words[at].Text) ? (NamesThing(words, at) ? Link.Noun : Link.Copula)
            : gap.ContainsAny(":—–") || gap.Contains(" - ", StringComparison.Ordinal) ? Link.Dash
            : words[at].Text.EndsWith('s') && words[at].IsContent && gap.IsWhiteSpace() ? Link.Verb
            : Link.None;
    }

    // "is a method", "means low-rank adaptation"; not "is transparent".
    private static bool NamesThing(IReadOnlyList<Word> words, int copula) =>
        words[copula].Text is not ("is" or "are" or "was" or "were")
        || (copula + 1 < words.Count && words[copula + 1].Text is "a" or "an" or "the" or "one" or "any" or "what" or "how" or "when" or "where" or "that" or "those");

    private static bool ContinuesWithCopula(IReadOnlyList<Word> words, int comma) =>
        words.FirstOrDefault(word => word.Start > comma) is { Text: not null } next && Copulas.Contains(next.Text);

    private static bool IsInBrackets(Word word, string text) => word.Start > 0 && text[word.Start - 1] is '(' or '"' or '“';
}
