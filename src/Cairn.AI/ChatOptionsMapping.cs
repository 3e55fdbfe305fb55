using System.Globalization;
using Cairn.Inference;
using Cairn.Inference.Speculation;
using Cairn.Models.Adapters;
using Microsoft.Extensions.AI;

namespace Cairn.AI;

/// <summary>Maps the contract's options to the engine's.</summary>
internal static class ChatOptionsMapping
{
    /// <summary>Generation options; what the contract leaves out keeps the engine's default.</summary>
    /// <exception cref="NotSupportedException">Tools or a response format were asked for.</exception>
    public static GenerationOptions ToGenerationOptions(ChatOptions? options, AdapterSet? adapters = null)
    {
        var generation = new GenerationOptions { Adapters = adapters ?? AdapterSet.Empty };
        if (options is null) return generation;

        if (options.Tools is { Count: > 0 }) throw new NotSupportedException("Local chat does not call tools; remove ChatOptions.Tools.");
        if (options.ResponseFormat is ChatResponseFormatJson)
        {
            throw new NotSupportedException("Local chat does not constrain output to JSON; remove ChatOptions.ResponseFormat.");
        }

        return generation with
        {
            MaxTokens = options.MaxOutputTokens ?? generation.MaxTokens,
            Temperature = options.Temperature ?? generation.Temperature,
            TopP = options.TopP ?? generation.TopP,
            TopK = options.TopK ?? generation.TopK,
            MinP = Number(options, "min_p") ?? generation.MinP,
            RepetitionPenalty = Number(options, "repetition_penalty") ?? generation.RepetitionPenalty,
            FrequencyPenalty = options.FrequencyPenalty ?? generation.FrequencyPenalty,
            PresencePenalty = options.PresencePenalty ?? generation.PresencePenalty,
            Seed = options.Seed is { } seed ? unchecked((ulong)seed) : generation.Seed,
            StopSequences = options.StopSequences is { Count: > 0 } stops ? [.. stops] : generation.StopSequences,
            Overflow = Overflow(options) ?? generation.Overflow,
            Lookup = Lookup(options) ?? generation.Lookup,
            Adapters = Adapters(options) ?? generation.Adapters,
        };
    }

    private static float? Number(ChatOptions options, string name) =>
        options.AdditionalProperties?.TryGetValue(name, out var value) is true && value is IConvertible number
            ? number.ToSingle(CultureInfo.InvariantCulture)
            : null;

    private static AdapterSet? Adapters(ChatOptions options)
    {
        if (options.AdditionalProperties?.TryGetValue("adapters", out var value) is not true) return null;
        return value as AdapterSet
            ?? throw new NotSupportedException($"adapters is a {value?.GetType().Name ?? "null"}; expected an {nameof(AdapterSet)}.");
    }

    private static LookupMode? Lookup(ChatOptions options)
    {
        if (options.AdditionalProperties?.TryGetValue("lookup", out var value) is not true) return null;
        return value switch
        {
            LookupMode mode => mode,
            "off" => LookupMode.Off,
            "auto" => LookupMode.Auto,
            "on" => LookupMode.On,
            _ => throw new NotSupportedException($"lookup is '{value}'; expected 'off', 'auto' or 'on'."),
        };
    }

    private static ContextOverflow? Overflow(ChatOptions options)
    {
        if (options.AdditionalProperties?.TryGetValue("context_overflow", out var value) is not true) return null;
        return value switch
        {
            ContextOverflow policy => policy,
            "error" => ContextOverflow.Error,
            "truncate_oldest" => ContextOverflow.TruncateOldest,
            _ => throw new NotSupportedException($"context_overflow is '{value}'; expected 'error' or 'truncate_oldest'."),
        };
    }
}
