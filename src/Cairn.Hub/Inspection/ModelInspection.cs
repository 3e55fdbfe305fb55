using Cairn.Models;

namespace Cairn.Hub.Inspection;

/// <summary>What <c>cairn models show</c> tells about a model.</summary>
/// <param name="Model">Name, path, kind and size.</param>
/// <param name="ParameterCount">Number of weights.</param>
/// <param name="ContextLength">Tokens that it takes at once; null when it is not of a supported family.</param>
/// <param name="MemoryPerToken">Bytes of key/value cache for one token of context; null for encoders and unknown families.</param>
/// <param name="Tokenizer">The tokenizer's kind and number of tokens; null when the model has none.</param>
/// <param name="HasChatTemplate">Whether a chat template comes with it.</param>
/// <param name="Types">Weights by element type, largest share first.</param>
/// <param name="Metadata">Metadata, in file order.</param>
/// <param name="Tensors">All tensors, in file order.</param>
/// <param name="Problem">Why it cannot be run; null when it can.</param>
public sealed record ModelInspection(
    StoredModel Model,
    long ParameterCount,
    int? ContextLength,
    long? MemoryPerToken,
    TokenizerSummary? Tokenizer,
    bool HasChatTemplate,
    IReadOnlyList<TypeSummary> Types,
    IReadOnlyList<MetadataSummary> Metadata,
    IReadOnlyList<TensorInfo> Tensors,
    string? Problem)
{
    /// <summary>
    /// Name of the built-in chat template that stands in for one that the model lacks; null when it has its own, or when its
    /// tokens prove no family.
    /// </summary>
    public string? BuiltInChatTemplate { get; init; }

    /// <summary>What the family and the configuration make of the model; empty when it cannot be run.</summary>
    public IReadOnlyList<FeatureSummary> Features { get; init; } = [];

    /// <summary>Bits of tensor data for each weight.</summary>
    public double BitsPerWeight => ParameterCount == 0 ? 0 : 8.0 * Types.Sum(type => type.SizeInBytes) / ParameterCount;

    /// <summary>Context lengths that people ask about, up to the model's own.</summary>
    public IEnumerable<int> SampleContextLengths =>
        ContextLength is { } longest && MemoryPerToken is not null ? Enumerable.Range(0, 8).Select(i => 2048 << i).Where(length => length < longest).Append(longest) : [];

    /// <summary>Bytes that the model and a context of the given length need: weights and cache, without scratch memory.</summary>
    /// <param name="contextLength">Tokens.</param>
    public long EstimateMemory(int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contextLength);
        return Model.SizeInBytes + EstimateCache(contextLength);
    }

    /// <summary>Bytes of keys and values, at 16 bits a number, for a context of the given length.</summary>
    /// <param name="contextLength">Tokens.</param>
    public long EstimateCache(int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contextLength);
        return (MemoryPerToken ?? 0) * contextLength;
    }
}
