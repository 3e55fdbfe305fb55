using Cairn.Abstractions;
using Cairn.Models.Tokenizers;

namespace Cairn.AI;

/// <summary>Counts tokens as a local model does.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="maxTokens">Most tokens the model takes at once.</param>
public sealed class LocalTokenCounter(Tokenizer tokenizer, int maxTokens) : ITokenCounter
{
    /// <inheritdoc />
    public int MaxTokens => maxTokens;

    /// <inheritdoc />
    public string Fingerprint => tokenizer.Fingerprint;

    /// <inheritdoc />
    public int Count(ReadOnlySpan<char> text) => tokenizer.CountTokens(text);
}
