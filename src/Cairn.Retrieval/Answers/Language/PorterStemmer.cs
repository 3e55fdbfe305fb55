namespace Cairn.Retrieval.Answers.Language;

/// <summary>
/// Cuts an English word to its stem, so that <c>quantised</c>, <c>quantizes</c> and <c>quantisation</c> compare equal.
/// </summary>
/// <remarks>
/// M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980: steps 1a to 5b. One addition: the suffix
/// <c>-ize</c> and its relatives are read as <c>-ise</c>, so that both spellings meet. Words shorter than three letters
/// and words with characters outside a–z are returned as they are. Thread-safe: the class holds no state.
/// </remarks>
public static class PorterStemmer
{
    private static readonly (string Suffix, string Replacement)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("iser", "ise"), ("abli", "able"),
        ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("isation", "ise"), ("ation", "ate"),
        ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
        ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3 =
    [
        ("icate", "ic"), ("ative", ""), ("alise", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly string[] Step4 =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ion", "ism", "ate", "iti", "ous", "ive", "ise",
        "al", "er", "ic", "ou",
    ];

    /// <summary>The stem of a lower-case word.</summary>
    /// <param name="word">One word, lower case.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length < 3 || word.AsSpan().ContainsAnyExceptInRange('a', 'z'))
        {
            return word;
        }

        var stem = OneSpelling(word);
        stem = RemovePlural(stem);
        stem = RemovePastAndGerund(stem);
        if (stem.EndsWith('y') && HasVowel(stem.AsSpan(0, stem.Length - 1)))
        {
            stem = string.Concat(stem.AsSpan(0, stem.Length - 1), "i");
        }

        stem = ReplaceSuffix(stem, Step2);
        stem = ReplaceSuffix(stem, Step3);
        stem = RemoveResidualSuffix(stem);
        return RemoveFinalE(stem);
    }

    private static string OneSpelling(string word)
    {
        if (word.Length < 6)
        {
            return word;
        }

        foreach (var (american, british) in new[] { ("iz", "is"), ("yz", "ys") })
        {
            var at = word.LastIndexOf(american, StringComparison.Ordinal);
            if (at >= 3 && IsVerbEnding(word.AsSpan(at + 2)))
            {
                return string.Concat(word.AsSpan(0, at), british, word.AsSpan(at + 2));
            }
        }

        return word;
    }

    private static bool IsVerbEnding(ReadOnlySpan<char> rest) =>
        rest is "e" or "es" or "ed" or "er" or "ers" or "ing" or "ation" or "ations" or "ational" or "able";

    private static string RemovePlural(string word)
    {
        if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("ies", StringComparison.Ordinal))
        {
            return word[..^2];
        }

        return word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;
    }

    private static string RemovePastAndGerund(string word)
    {
        if (word.EndsWith("eed", StringComparison.Ordinal))
        {
            return Measure(word.AsSpan(0, word.Length - 3)) > 0 ? word[..^1] : word;
        }

        var cut = word.EndsWith("ed", StringComparison.Ordinal) ? 2 : word.EndsWith("ing", StringComparison.Ordinal) ? 3 : 0;
        if (cut == 0 || !HasVowel(word.AsSpan(0, word.Length - cut)))
        {
            return word;
        }

        var stem = word[..^cut];
        if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal)
            || stem.EndsWith("is", StringComparison.Ordinal))
        {
            return stem + "e";
        }

        if (EndsWithDoubleConsonant(stem) && stem[^1] is not ('l' or 's' or 'z'))
        {
            return stem[..^1];
        }

        return Measure(stem) == 1 && EndsWithShortSyllable(stem) ? stem + "e" : stem;
    }

    private static string ReplaceSuffix(string word, (string Suffix, string Replacement)[] rules)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal))
            {
                var stem = word.AsSpan(0, word.Length - suffix.Length);
                return Measure(stem) > 0 ? string.Concat(stem, replacement) : word;
            }
        }

        return word;
    }

    private static string RemoveResidualSuffix(string word)
    {
        foreach (var suffix in Step4)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            var stem = word.AsSpan(0, word.Length - suffix.Length);
            var allowed = suffix != "ion" || (stem.Length > 0 && stem[^1] is 's' or 't');
            return allowed && Measure(stem) > 1 ? stem.ToString() : word;
        }

        return word;
    }

    private static string RemoveFinalE(string word)
    {
        if (word.EndsWith('e'))
        {
            var stem = word[..^1];
            var measure = Measure(stem);
            if (measure > 1 || (measure == 1 && !EndsWithShortSyllable(stem)))
            {
                word = stem;
            }
        }

        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word.AsSpan(0, word.Length - 1)) > 1 ? word[..^1] : word;
    }

    // Porter's m: how often a vowel run is followed by a consonant run.
    private static int Measure(ReadOnlySpan<char> stem)
    {
        var count = 0;
        var afterVowel = false;
        for (var i = 0; i < stem.Length; i++)
        {
            var consonant = IsConsonant(stem, i);
            if (consonant && afterVowel)
            {
                count++;
            }

            afterVowel = !consonant;
        }

        return count;
    }

    private static bool HasVowel(ReadOnlySpan<char> stem)
    {
        for (var i = 0; i < stem.Length; i++)
        {
            if (!IsConsonant(stem, i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsConsonant(ReadOnlySpan<char> word, int index) => word[index] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => index == 0 || !IsConsonant(word, index - 1),
        _ => true,
    };

    private static bool EndsWithDoubleConsonant(ReadOnlySpan<char> word) =>
        word.Length > 1 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    private static bool EndsWithShortSyllable(ReadOnlySpan<char> word) =>
        word.Length > 2 && IsConsonant(word, word.Length - 1) && !IsConsonant(word, word.Length - 2)
        && IsConsonant(word, word.Length - 3) && word[^1] is not ('w' or 'x' or 'y');
}
