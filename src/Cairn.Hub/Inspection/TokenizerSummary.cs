namespace Cairn.Hub.Inspection;

/// <summary>A model's tokenizer.</summary>
/// <param name="Kind">Algorithm in the file's word: <c>gpt2</c> (byte-level BPE), <c>bert</c> (WordPiece) and so on.</param>
/// <param name="PreTokenizer">Name of the rule that splits text into words; null when the file names none.</param>
/// <param name="TokenCount">Number of tokens.</param>
public sealed record TokenizerSummary(string Kind, string? PreTokenizer, int TokenCount)
{
    /// <summary>The tokens that begin, end, pad and stand in; empty when the tokenizer cannot be read.</summary>
    public IReadOnlyList<SpecialTokenSummary> SpecialTokens { get; init; } = [];

    /// <summary>Why the tokenizer cannot be used; null when it can.</summary>
    public string? Problem { get; init; }
}
