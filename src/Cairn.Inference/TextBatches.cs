using Cairn.Models.Tokenizers;

namespace Cairn.Inference;

/// <summary>Groups texts of about equal lengths for one pass each.</summary>
internal static class TextBatches
{
    // Activations of a batch stay in the L2 cache up to about this many tokens.
    private const int TokensPerBatch = 512;

    /// <summary>Numbers of the texts, shortest first, in groups that together have few tokens; a long text is alone.</summary>
    public static IEnumerable<int[]> Of(IReadOnlyList<TokenizedPair> texts)
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
            while (end < order.Length && tokens + texts[order[end]].Ids.Length <= TokensPerBatch);

            yield return order[start..end];
            start = end;
        }
    }
}
