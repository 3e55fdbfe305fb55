namespace Cairn.Inference;

/// <summary>The embedding of one text.</summary>
/// <param name="Vector">The embedding.</param>
/// <param name="TokenCount">Tokens of the whole text, special tokens included.</param>
/// <param name="IsTruncated">Whether the text was longer than the model reads, so that its end has no part in the vector.</param>
public sealed record TextEmbedding(float[] Vector, int TokenCount, bool IsTruncated);
