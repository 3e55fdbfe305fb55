using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cairn.Retrieval.Answers.Language;

/// <summary>Reads the words of a text with their offsets, stems and kinds.</summary>
/// <remarks>
/// A word is a run of letters and digits; an apostrophe between letters belongs to it, a point or comma between digits
/// too (<c>1,577</c>, <c>0.37</c>). A hyphen ends a word, so <c>4-bit</c> is <c>4</c> and <c>bit</c>, but one that joins
/// letters with digits (<c>GPT-4</c>) also marks both sides as a name. Numbers compare by value: <c>1,577.0</c> equals
/// <c>1577</c>, and <c>two</c> equals <c>2</c>.
/// </remarks>
public static class WordReader
{
    private static readonly Dictionary<string, decimal> Scales = new(StringComparer.Ordinal)
        { ["thousand"] = 1e3m, ["million"] = 1e6m, ["billion"] = 1e9m, ["trillion"] = 1e12m };

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.,");

    private const string Accented = "àáâãäåāăąçćčďèéêëēĕėęěìíîïīįñńňòóôõöøōőŕřśšťţùúûüūůűųýÿźżžł";
    private const string Plainer = "aaaaaaaaacccdeeeeeeeeeiiiiiinnnoooooooorrssttuuuuuuuuyyzzzl";

    private static readonly string[] NumberWords =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>The words of a text in order.</summary>
    public static List<Word> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<Word>(text.Length / 6);
        var sentenceStart = true;
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                sentenceStart |= text[i] is '.' or '?' or '!' or ':' or '\n' or '|';
                i++;
                continue;
            }

            var end = EndOfWord(text, i);
            words.Add(Create(text, i, end, sentenceStart));
            sentenceStart = false;
            i = end;
            JoinScale(words);
        }

        return words;
    }

    /// <summary>The set of stems of the content words of a text.</summary>
    public static HashSet<string> ContentStems(string text) =>
        Read(text).Where(word => word.IsContent).Select(word => word.Stem).ToHashSet(StringComparer.Ordinal);

    // "4.88 million" and "a million" are one number each: the scale word takes the number before it with it.
    private static void JoinScale(List<Word> words)
    {
        var scale = words[^1];
        if (!Scales.TryGetValue(scale.Text, out var factor))
        {
            return;
        }

        var isCounted = words.Count > 1 && words[^2].IsNumber && !words[^2].IsName;
        var value = isCounted && decimal.TryParse(words[^2].Stem, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            ? count * factor
            : factor;
        var start = isCounted ? words[^2].Start : scale.Start;
        if (isCounted)
        {
            words.RemoveAt(words.Count - 1);
        }

        words[^1] = new Word(start, scale.End, words[^1].Text, Plain(value), WordKinds.Number);
    }

    private static string Plain(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    private static int EndOfWord(string text, int start)
    {
        var i = start + 1;
        while (i < text.Length)
        {
            var inside = char.IsLetterOrDigit(text[i])
                || char.GetUnicodeCategory(text[i]) == UnicodeCategory.NonSpacingMark
                || (text[i] is '\'' or '’' && Joins(text, i, char.IsLetter))
                || (text[i] is '.' or ',' && Joins(text, i, char.IsDigit));
            if (!inside)
            {
                break;
            }

            i++;
        }

        return i;
    }

    private static bool Joins(string text, int at, Func<char, bool> kind) =>
        at + 1 < text.Length && kind(text[at - 1]) && kind(text[at + 1]);

    private static Word Create(string text, int start, int end, bool sentenceStart)
    {
        var raw = text[start..end];
        var lower = raw.ToLowerInvariant();
        if (lower.EndsWith("'s", StringComparison.Ordinal) || lower.EndsWith("’s", StringComparison.Ordinal))
        {
            lower = lower[..^2];
        }

        var kind = WordKinds.None;
        var stem = lower;
        if (TryNumber(lower, out var number))
        {
            kind |= WordKinds.Number;
            stem = number;
        }
        else if (TryShortNumber(raw, out number))
        {
            kind |= WordKinds.Number | WordKinds.Name;
            stem = number;
        }
        else if (FunctionWords.IsNegation(lower))
        {
            kind |= WordKinds.Negation;
        }
        else if (FunctionWords.Contains(lower) && !IsAcronym(raw))
        {
            kind |= WordKinds.Function;
        }
        else
        {
            stem = PorterStemmer.Stem(IrregularForms.Base(Fold(lower)));
            kind |= IsName(text, raw, start, end, sentenceStart) ? WordKinds.Name : WordKinds.None;
        }

        return new Word(start, end, lower, stem, kind);
    }

    private static bool TryNumber(string word, out string value)
    {
        value = string.Empty;
        var small = Array.IndexOf(NumberWords, word);
        if (small > 1 || small == 0)
        {
            value = small.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        if (!char.IsDigit(word[0]) || word.AsSpan().ContainsAnyExcept(NumberCharacters))
        {
            return false;
        }

        value = decimal.TryParse(word, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var parsed)
            ? Plain(parsed)
            : word;
        return true;
    }

    // 7B, 135M, 32K: a count as models are named by it; compares equal to 7 billion and stays a name.
    private static bool TryShortNumber(string raw, out string value)
    {
        value = string.Empty;
        var factor = raw[^1] switch { 'K' or 'k' => 1e3m, 'M' => 1e6m, 'B' => 1e9m, 'T' => 1e12m, _ => 0m };
        if (factor == 0 || !char.IsDigit(raw[0])
            || !decimal.TryParse(raw[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > 1_000_000)
        {
            return false;
        }

        value = Plain(count * factor);
        return true;
    }

    private static bool IsName(string text, string raw, int start, int end, bool sentenceStart)
    {
        var joinedToDigits = (end + 1 < text.Length && text[end] == '-' && char.IsDigit(text[end + 1]) && char.IsUpper(raw[0]))
            || (start > 1 && text[start - 1] == '-' && char.IsDigit(text[start - 2]) && char.IsUpper(raw[0]));
        return joinedToDigits
            || IsAcronym(raw)
            || raw.AsSpan(1).ContainsAnyInRange('A', 'Z')
            || (char.IsLetter(raw[0]) && raw.Any(char.IsDigit))
            || (!sentenceStart && char.IsUpper(raw[0]));
    }

    private static bool IsAcronym(string raw) => raw.Length > 1 && raw.All(c => char.IsUpper(c) || char.IsDigit(c)) && raw.Any(char.IsUpper);

    // Accents do not distinguish words: résumé equals resume, as in the keyword index. A table of its own, because
    // string.Normalize leaves letters as they are where the program runs without culture data.
    private static string Fold(string word)
    {
        if (Ascii.IsValid(word))
        {
            return word;
        }

        return string.Create(word.Length, word, static (folded, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                var at = Accented.IndexOf(source[i], StringComparison.Ordinal);
                folded[i] = at < 0 ? source[i] : Plainer[at];
            }
        });
    }
}
