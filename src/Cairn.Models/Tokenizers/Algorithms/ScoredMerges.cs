using System.Text;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Merges of a vocabulary that gives every token a score instead of listing merges.</summary>
/// <remarks>
/// SentencePiece joins the two neighbours whose joined token has the highest score. That is a merge of every way to cut
/// a token in two tokens (or characters), ranked by score; equal scores share a rank, so that the leftmost goes first.
/// </remarks>
internal static class ScoredMerges
{
    /// <summary>Builds the table.</summary>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="scores">Score of each token; higher is earlier.</param>
    /// <param name="isMatchable">Whether a token may come out of plain text.</param>
    /// <param name="characters">Receives the characters that tokens are made of.</param>
    public static MergeTable Build(
        Vocabulary vocabulary, ReadOnlySpan<float> scores, Func<int, bool> isMatchable, CharacterTable characters)
    {
        var ranks = RankByScore(scores);
        var merges = new List<(int Left, int Right, Merge Merge)>();
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (!isMatchable(id)) continue;

            var token = vocabulary.Tokens[id];
            for (var cut = 1; cut < token.Length; cut++)
            {
                if (char.IsLowSurrogate(token[cut])) continue;

                var left = FindPart(token.AsSpan(0, cut));
                var right = left < 0 ? -1 : FindPart(token.AsSpan(cut));
                if (right >= 0) merges.Add((left, right, new Merge(ranks[id], id)));
            }
        }

        var table = new MergeTable(merges.Count);
        foreach (var (left, right, merge) in merges)
        {
            table.Add(left, right, merge);
        }

        return table;

        int FindPart(ReadOnlySpan<char> part)
        {
            if (vocabulary.Ids.TryGetValue(part, out var id) && isMatchable(id)) return id;

            Rune.DecodeFromUtf16(part, out var rune, out var length);
            return length == part.Length ? characters.FindOrAdd(rune.Value) : -1;
        }
    }

    private static int[] RankByScore(ReadOnlySpan<float> scores)
    {
        var ordered = scores.ToArray();
        Array.Sort(ordered, (a, b) => b.CompareTo(a));
        var distinct = ordered.Distinct().ToArray();
        var rankOf = new Dictionary<float, int>(distinct.Length);
        for (var rank = 0; rank < distinct.Length; rank++)
        {
            rankOf.Add(distinct[rank], rank);
        }

        var ranks = new int[scores.Length];
        for (var id = 0; id < ranks.Length; id++)
        {
            ranks[id] = rankOf[scores[id]];
        }

        return ranks;
    }
}
