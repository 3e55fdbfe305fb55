namespace Cairn.Abstractions;

/// <summary>Counts tokens as one model's tokenizer does. Implementations are safe to use from several threads.</summary>
public interface ITokenCounter
{
    /// <summary>Most tokens that the model takes in one input, the special tokens it adds included.</summary>
    int MaxTokens { get; }

    /// <summary>Names the vocabulary: two counters with equal fingerprints count every text alike.</summary>
    string Fingerprint { get; }

    /// <summary>Tokens of <paramref name="text"/>, without the special tokens that the model adds around an input.</summary>
    int Count(ReadOnlySpan<char> text);
}
