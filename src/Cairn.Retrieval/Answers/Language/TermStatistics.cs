using Cairn.Retrieval.Indexing;

namespace Cairn.Retrieval.Answers.Language;

/// <summary>How rare words are in an index: inverse document frequency over its passages.</summary>
/// <remarks>Frequencies are looked up once and kept; make a new one after the index has changed. Not thread-safe.</remarks>
public sealed class TermStatistics
{
    private const int MostCounted = 2000;

    private readonly DocumentIndex _index;
    private readonly Dictionary<string, int> _frequencies = new(StringComparer.Ordinal);

    /// <summary>Statistics of an index.</summary>
    public TermStatistics(DocumentIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        _index = index;
        Passages = Math.Max(1, index.Status().Chunks);
    }

    /// <summary>Passages in the index, at least 1.</summary>
    public int Passages { get; }

    /// <summary>Passages that hold the word, counted to 2,000.</summary>
    public int Frequency(Word word)
    {
        if (!_frequencies.TryGetValue(word.Stem, out var frequency))
        {
            frequency = _index.SearchKeywords(word.Text, MostCounted).Count;
            _frequencies[word.Stem] = frequency;
        }

        return frequency;
    }

    /// <summary>ln(1 + (N − n + ½) / (n + ½)) for a word in n of N passages: 0 for a word in all, most for one in none.</summary>
    public double Weight(Word word)
    {
        var frequency = Math.Min(Frequency(word), Passages);
        return Math.Log(1 + ((Passages - frequency + 0.5) / (frequency + 0.5)));
    }
}
