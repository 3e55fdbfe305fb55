namespace Cairn.Models.ChatTemplates;

/// <summary>One message of a conversation, as chat templates see it.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c> or what else the template knows.</param>
/// <param name="Content">The text, passed to the template unchanged.</param>
public sealed record ChatTurn(string Role, string Content);
