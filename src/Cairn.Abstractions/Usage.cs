namespace Cairn.Abstractions;

/// <summary>Tokens that one request cost.</summary>
/// <param name="InputTokens">Tokens of the prompt, special tokens included.</param>
/// <param name="OutputTokens">Tokens generated.</param>
/// <param name="ContextLength">Tokens that the model can hold: prompt and output together.</param>
public sealed record Usage(int InputTokens, int OutputTokens, int ContextLength);
