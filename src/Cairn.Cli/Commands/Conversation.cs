using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Cairn.Cli.Commands;

/// <summary>The messages of one chat session.</summary>
internal sealed class Conversation
{
    private readonly List<ChatMessage> _messages = [];

    /// <param name="system">Instructions, or null.</param>
    public Conversation(string? system) => Reset(system);

    /// <summary>Everything said so far, instructions first.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>The instructions, or null.</summary>
    public string? System { get; private set; }

    /// <summary>Starts over with these instructions.</summary>
    public void Reset(string? system)
    {
        System = string.IsNullOrWhiteSpace(system) ? null : system;
        _messages.Clear();
        if (System is not null) Add(ChatRole.System, System);
    }

    /// <summary>Adds one message at the end.</summary>
    public void Add(ChatRole role, string text) => _messages.Add(new ChatMessage(role, text));

    /// <summary>Takes the newest message back.</summary>
    public void RemoveLast() => _messages.RemoveAt(_messages.Count - 1);

    /// <summary>One heading a message.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# Conversation\n");
        foreach (var message in _messages) text.Append($"\n## {message.Role.Value}\n\n{message.Text.Trim()}\n");
        return text.ToString();
    }

    /// <summary>An array of role and content.</summary>
    public string ToJson() => new JsonArray([.. _messages.Select(message =>
        (JsonNode)new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text })]).ToJsonString(Output.JsonStyle.Compact) + "\n";
}
