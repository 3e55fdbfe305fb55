using Cairn.Models.Tokenizers;

namespace Cairn.Inference;

/// <summary>Makes a model's input of one text's tokens.</summary>
internal static class TextInputs
{
    /// <summary>Cuts a text to a limit; its closing special token stays last.</summary>
    /// <param name="ids">Tokens, special tokens included.</param>
    /// <param name="maxTokens">Most tokens to keep.</param>
    public static TokenizedPair Cut(int[] ids, int maxTokens) => ids.Length <= maxTokens
        ? new TokenizedPair(ids, [], IsTruncated: false)
        : new TokenizedPair([.. ids.AsSpan(0, maxTokens - 1), ids[^1]], [], IsTruncated: true);
}
