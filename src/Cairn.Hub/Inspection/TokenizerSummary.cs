namespace Cairn.Hub.Inspection;

/// <summary>A model's tokenizer.</summary>
/// <param name="Kind">Algorithm in the file's word: <c>gpt2</c> (byte-level BPE), <c>bert</c> (WordPiece) and so on.</param>
/// <param name="PreTokenizer">Name of the rule that splits text into words; null when the file names none.</param>
/// <param name="TokenCount">Number of tokens.</param>
public sealed record TokenizerSummary(string Kind, string? PreTokenizer, int TokenCount);
