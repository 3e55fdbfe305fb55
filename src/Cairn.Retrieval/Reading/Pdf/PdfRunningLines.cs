using System.Text;

namespace Cairn.Retrieval.Reading.Pdf;

/// <summary>Finds headers and footers: the outermost lines that stand in one place on at least half of the pages.</summary>
internal static class PdfRunningLines
{
    private const int FewestPages = 3;
    private const int OutermostLines = 2;
    private const double SamePlace = 8;

    /// <summary>Takes them out and returns their texts, one of each.</summary>
    public static IReadOnlyList<string> Remove(IReadOnlyList<List<PdfLine>> pages)
    {
        var counts = new Dictionary<(string, long), int>();
        foreach (var page in pages)
        {
            foreach (var key in Outermost(page).Select(Key).Distinct())
            {
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        var withText = pages.Count(page => page.Count > 0);
        var running = counts.Where(pair => pair.Value >= FewestPages && pair.Value * 2 >= withText).Select(pair => pair.Key).ToHashSet();
        var removed = new Dictionary<string, string>();
        if (running.Count == 0)
        {
            return [];
        }

        foreach (var page in pages)
        {
            foreach (var line in Outermost(page).Where(line => running.Contains(Key(line))).ToList())
            {
                removed.TryAdd(Key(line).Text, line.Text);
                page.Remove(line);
            }
        }

        return [.. removed.Values];
    }

    private static IEnumerable<PdfLine> Outermost(List<PdfLine> page) =>
        page.Count <= 2 * OutermostLines ? page.Take(1).Concat(page.Skip(Math.Max(1, page.Count - 1))) : page.Take(OutermostLines).Concat(page.TakeLast(OutermostLines));

    /// <summary>The line's words with every number alike, and its height on the page.</summary>
    private static (string Text, long Place) Key(PdfLine line)
    {
        var text = new StringBuilder();
        foreach (var c in line.Text)
        {
            if (!char.IsDigit(c))
            {
                text.Append(c);
            }
            else if (text.Length == 0 || text[^1] != '#')
            {
                text.Append('#');
            }
        }

        // A page number alone may stand wherever the text ends.
        var words = text.ToString();
        return (words, words == "#" ? 0 : (long)Math.Round(line.Baseline / SamePlace));
    }
}
