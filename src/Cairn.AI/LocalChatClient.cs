using System.Runtime.CompilerServices;
using Cairn.Inference;
using Cairn.Inference.Speculation;
using Cairn.Models.Adapters;
using Microsoft.Extensions.AI;

namespace Cairn.AI;

/// <summary>A local language model as <see cref="IChatClient"/>: streaming, usage, finish reason, options.</summary>
/// <remarks>
/// Thread-safe; concurrent calls share one engine and take turns. Text content only: other content and tools are
/// refused by name. Supported options: instructions, max output tokens, temperature, top-p, top-k, frequency and
/// presence penalty, seed, stop sequences; additional properties <c>min_p</c>, <c>repetition_penalty</c>,
/// <c>context_overflow</c> (<c>error</c>, <c>truncate_oldest</c>), <c>lookup</c> (<c>off</c>, <c>auto</c>, <c>on</c>; usage
/// then counts <c>drafted_tokens</c> and <c>accepted_tokens</c>) and <c>adapters</c> (an <see cref="AdapterSet"/>, in place
/// of the client's own).
/// </remarks>
/// <param name="model">The engine; not disposed by this client.</param>
/// <param name="adapters">Adapters that the model has loaded; null for the base model alone.</param>
/// <param name="promptProgress">Told how far a prompt has been read, 0 to 1; null for nobody.</param>
public sealed class LocalChatClient(
    LanguageModel model, AdapterSet? adapters = null, IProgress<double>? promptProgress = null) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("cairn", defaultModelId: model.Name);

    /// <inheritdoc />
    /// <exception cref="ContextOverflowException">The conversation does not fit the context window.</exception>
    /// <exception cref="NotSupportedException">A message or option asks for something local models do not do.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc />
    /// <exception cref="ContextOverflowException">The conversation does not fit the context window.</exception>
    /// <exception cref="NotSupportedException">A message or option asks for something local models do not do.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var prompt = ChatPrompt.Encode(model, messages, options);
        var generation = ChatOptionsMapping.ToGenerationOptions(options, adapters) with { PromptProgress = promptProgress };
        var responseId = Guid.NewGuid().ToString("N");
        var (outputTokens, drafted, accepted) = (0, 0, 0);
        await foreach (var token in model.GenerateAsync(prompt, generation, cancellationToken).ConfigureAwait(false))
        {
            outputTokens++;
            drafted += token.DraftedTokens;
            accepted += token.WasDrafted ? 1 : 0;
            if (token.Text.Length > 0) yield return Update(responseId, new TextContent(token.Text));

            if (token.FinishReason is { } reason)
            {
                var usage = UsageOf(prompt.Length, outputTokens);
                if (generation.Lookup != LookupMode.Off)
                {
                    usage.AdditionalCounts!["drafted_tokens"] = drafted;
                    usage.AdditionalCounts["accepted_tokens"] = accepted;
                }

                yield return Update(responseId, new UsageContent(usage), Map(reason));
            }
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        if (serviceType == typeof(ChatClientMetadata)) return _metadata;
        if (serviceType == typeof(LanguageModel)) return model;
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Nothing to free: the model belongs to whoever loaded it.</summary>
    public void Dispose()
    {
    }

    private ChatResponseUpdate Update(string responseId, AIContent content, ChatFinishReason? reason = null) =>
        new(ChatRole.Assistant, [content])
        {
            ResponseId = responseId,
            MessageId = responseId,
            ModelId = model.Name,
            FinishReason = reason,
        };

    private UsageDetails UsageOf(int inputTokens, int outputTokens) => new()
    {
        InputTokenCount = inputTokens,
        OutputTokenCount = outputTokens,
        TotalTokenCount = inputTokens + outputTokens,
        AdditionalCounts = new() { ["context_length"] = model.ContextLength },
    };

    private static ChatFinishReason Map(FinishReason reason) =>
        reason == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;
}
