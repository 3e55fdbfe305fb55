using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Cairn.Retrieval.Indexing;

/// <summary>Turns a question into an FTS5 query: quoted terms joined by OR.</summary>
/// <remarks>
/// FTS5 reads every row that holds a term, so stop words go, and in a large index terms that stand in more than a tenth of the
/// chunks, unless nothing is left. A term that the question repeats stands in the query as often and weighs as much more.
/// </remarks>
internal static class KeywordQuery
{
    private const double MaxDocumentFrequency = 0.1;
    private const int MaxTerms = 256;

    private static readonly FrozenSet<string> StopWords = FrozenSet.ToFrozenSet(
    [
        "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any", "are", "as", "at", "be",
        "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "could", "did", "do",
        "does", "doing", "down", "during", "each", "few", "for", "from", "further", "had", "has", "have", "having", "he",
        "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "itself", "just", "me",
        "more", "most", "my", "no", "nor", "not", "now", "of", "off", "on", "once", "only", "or", "other", "our", "out",
        "over", "own", "s", "same", "she", "should", "so", "some", "such", "t", "than", "that", "the", "their", "them",
        "then", "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "us", "very",
        "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "why", "will", "with", "would",
        "you", "your",
    ]);

    /// <summary>The query; null when the text holds no word.</summary>
    public static string? Build(SqliteConnection connection, string text, int commonTermChunks)
    {
        var words = Words(text);
        if (words.Count == 0)
        {
            return null;
        }

        var terms = words.Where(word => !StopWords.Contains(word)).ToList();
        terms = terms.Count == 0 ? words : Rare(connection, terms, commonTermChunks);
        return string.Join(" OR ", terms.Select(term => $"\"{term}\""));
    }

    /// <summary>Runs of letters, digits and marks in lower case: what the index's own tokenizer keeps of a text.</summary>
    internal static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || IsMark(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
                continue;
            }

            Flush();
        }

        Flush();
        return words;

        void Flush()
        {
            if (word.Length > 0 && words.Count < MaxTerms)
            {
                words.Add(word.ToString());
            }

            word.Clear();
        }
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.PrivateUse;

    private static List<string> Rare(SqliteConnection connection, List<string> terms, int commonTermChunks)
    {
        var chunks = connection.Scalar<long>("SELECT count(*) FROM chunk");
        if (chunks < commonTermChunks)
        {
            return terms;
        }

        // The vocabulary holds stems; FTS5 itself makes the stem of a word: count the rows that match it.
        var most = (long)(chunks * MaxDocumentFrequency);
        using var count = connection.Command(
            "SELECT count(*) FROM (SELECT 1 FROM chunk_fts WHERE chunk_fts MATCH $1 LIMIT $2)", "", most + 1);
        var isRare = new Dictionary<string, bool>();
        foreach (var term in terms.Distinct())
        {
            count.Parameters[0].Value = $"\"{term}\"";
            isRare[term] = Convert.ToInt64(count.ExecuteScalar(), CultureInfo.InvariantCulture) <= most;
        }

        var rare = terms.Where(term => isRare[term]).ToList();
        return rare.Count > 0 ? rare : terms;
    }
}
