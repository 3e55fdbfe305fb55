namespace Cairn.Inference;

/// <summary>Two texts that a model reads together.</summary>
/// <param name="First">The first: a query, a premise.</param>
/// <param name="Second">The second: a document, a hypothesis.</param>
public readonly record struct TextPair(string First, string Second);
