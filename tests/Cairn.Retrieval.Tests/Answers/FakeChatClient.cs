using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Cairn.Retrieval.Tests.Answers;

/// <summary>A model that says one thing, a word at a time, and keeps what it was told.</summary>
internal sealed class FakeChatClient(string reply, ChatFinishReason? finish = null) : IChatClient
{
    public List<IReadOnlyList<ChatMessage>> Requests { get; } = [];

    public ChatOptions? Options { get; private set; }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Requests.Add([.. messages]);
        Options = options;
        foreach (var word in reply.Split(' '))
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, word + " ");
        }

        yield return new ChatResponseUpdate
        {
            FinishReason = finish ?? ChatFinishReason.Stop,
            Contents = [new UsageContent(new UsageDetails { InputTokenCount = 50, OutputTokenCount = 7 })],
        };
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
