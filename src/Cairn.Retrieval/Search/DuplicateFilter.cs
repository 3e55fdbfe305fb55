namespace Cairn.Retrieval.Search;

/// <summary>
/// Recognises a text that repeats one seen before: word for word, or with nine in ten of its five-word runs in common.
/// </summary>
/// <remarks>Case, punctuation and white space do not count. Not thread-safe; one filter a result list.</remarks>
public sealed class DuplicateFilter
{
    private const int RunLength = 5;
    private const double NearlyEqual = 0.9;
    private const ulong Offset = 14695981039346656037UL;

    private readonly List<HashSet<ulong>> _seen = [];

    /// <summary>Remembers a text.</summary>
    /// <returns>False when the text repeats one that was added before; it is not remembered again.</returns>
    public bool Add(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var runs = Runs(text);
        if (_seen.Exists(seen => Jaccard(seen, runs) >= NearlyEqual))
        {
            return false;
        }

        _seen.Add(runs);
        return true;
    }

    private static double Jaccard(HashSet<ulong> a, HashSet<ulong> b)
    {
        if (a.Count == 0 || b.Count == 0)
        {
            return a.Count == b.Count ? 1 : 0;
        }

        if (Math.Min(a.Count, b.Count) < NearlyEqual * Math.Max(a.Count, b.Count))
        {
            return 0;
        }

        var common = b.Count(a.Contains);
        return (double)common / (a.Count + b.Count - common);
    }

    private static HashSet<ulong> Runs(string text)
    {
        var words = new List<ulong>();
        var word = Offset;
        foreach (var c in text.Append(' '))
        {
            if (char.IsLetterOrDigit(c))
            {
                word = Mix(word, char.ToLowerInvariant(c));
            }
            else if (word != Offset)
            {
                words.Add(word);
                word = Offset;
            }
        }

        var length = Math.Min(RunLength, words.Count);
        var runs = new HashSet<ulong>();
        for (var i = 0; length > 0 && i + length <= words.Count; i++)
        {
            runs.Add(words.Skip(i).Take(length).Aggregate(Offset, Mix));
        }

        return runs;
    }

    // FNV-1a: equal on every machine and in every run, unlike string.GetHashCode.
    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 1099511628211UL;

    private static ulong Mix(ulong hash, char value) => Mix(hash, (ulong)value);
}
