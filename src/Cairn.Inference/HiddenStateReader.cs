namespace Cairn.Inference;

/// <summary>Takes what it needs of a text's hidden states.</summary>
/// <param name="text">Number of the text in its call.</param>
/// <param name="hidden">Last hidden states, [tokens, hidden]; valid during the call.</param>
internal delegate void HiddenStateReader(int text, ReadOnlySpan<float> hidden);
