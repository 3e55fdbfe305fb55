namespace Cairn.Models.Tokenizers;

/// <summary>Two texts as one sequence of tokens.</summary>
/// <param name="Ids">Token ids, special tokens included.</param>
/// <param name="TokenTypes">Type of each token; models without token types take no notice.</param>
/// <param name="IsTruncated">Whether a text lost tokens.</param>
public sealed record TokenizedPair(int[] Ids, int[] TokenTypes, bool IsTruncated);
