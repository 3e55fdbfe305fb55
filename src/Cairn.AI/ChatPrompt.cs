using Cairn.Inference;
using Cairn.Models.ChatTemplates;
using Microsoft.Extensions.AI;

namespace Cairn.AI;

/// <summary>Turns chat messages into the model's prompt through the template of its file.</summary>
public static class ChatPrompt
{
    /// <summary>Ids of the whole conversation, ready for the assistant's reply.</summary>
    /// <exception cref="NotSupportedException">The model has no template, or a message holds more than text.</exception>
    public static int[] Encode(LanguageModel model, IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        var template = RequireTemplate(model);
        var turns = Turns(messages, options?.Instructions);
        var shield = new SpecialTokenShield(model.Tokenizer, [.. turns.Select(turn => turn.Content)]);
        var shielded = turns.ConvertAll(turn => turn with { Content = shield.Protect(turn.Content) });
        var rendered = template.Render(
            shielded, addGenerationPrompt: true, TokenText(model, model.Tokenizer.BosId), TokenText(model, model.Tokenizer.EosId));
        return shield.Encode(rendered);
    }

    /// <summary>The template of a model that is to take messages.</summary>
    /// <exception cref="NotSupportedException">It has none; the message says what to do.</exception>
    /// <exception cref="ChatTemplateException">Its template is malformed.</exception>
    public static ChatTemplate RequireTemplate(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.ChatTemplate ?? throw new NotSupportedException(
            $"'{model.Name}' has no chat template and its vocabulary proves no family, so it cannot take messages. "
            + $"Name a template (--chat-template FILE, or one of {BuiltInChatTemplates.Names}), "
            + "or let the model continue a text as it is (run --raw).");
    }

    private static List<ChatTurn> Turns(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var turns = new List<ChatTurn>();
        if (!string.IsNullOrEmpty(instructions)) turns.Add(new ChatTurn("system", instructions));
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is not (TextContent or UsageContent or TextReasoningContent))
                {
                    throw new NotSupportedException(
                        $"Local models take text; a {message.Role} message holds {content.GetType().Name}.");
                }
            }

            turns.Add(new ChatTurn(message.Role.Value, message.Text));
        }

        if (turns.Count == 0) throw new ArgumentException("At least one message is needed.", nameof(messages));
        return turns;
    }

    private static string? TokenText(LanguageModel model, int? id) => id is { } known ? model.Tokenizer.GetToken(known) : null;
}
