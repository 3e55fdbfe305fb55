using Cairn.Models.Tokenizers;

namespace Cairn.Inference;

/// <summary>Groups texts of about equal lengths for one pass each.</summary>
internal static class TextBatches
{
    /// <summary>Numbers of the texts, shortest first, in groups that together have few tokens; a long text is alone.</summary>
    /// <param name="texts">Texts.</param>
    /// <param name="tokensPerBatch">Most tokens of a group of several.</param>
    public static IEnumerable<int[]> Of(IReadOnlyList<TokenizedPair> texts, int tokensPerBatch)
    {
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderBy(text => texts[text].Ids.Length)];
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            int tokens = 0;
            do
            {
                tokens += texts[order[end++]].Ids.Length;
            }
            while (end < order.Length && tokens + texts[order[end]].Ids.Length <= tokensPerBatch);

            yield return order[start..end];
            start = end;
        }
    }
}
