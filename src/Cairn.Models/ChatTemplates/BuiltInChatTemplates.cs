using System.Diagnostics.CodeAnalysis;
using Cairn.Models.Tokenizers;

namespace Cairn.Models.ChatTemplates;

/// <summary>The chat templates that Cairn brings along, and how a model's family is recognised.</summary>
/// <remarks>
/// A family is recognised by its markers alone: tokens such as <c>&lt;|im_start|&gt;</c> that serve nothing but
/// conversations. Where none of them proves a family there is no template: a prompt in the wrong form makes a model worse
/// without anybody noticing.
/// </remarks>
public static class BuiltInChatTemplates
{
    /// <summary>All of them; recognition takes the first whose markers a vocabulary has.</summary>
    public static IReadOnlyList<BuiltInChatTemplate> All { get; } =
    [
        new("chatml", "Qwen, SmolLM, Yi and others with <|im_start|>", ["<|im_start|>", "<|im_end|>"]),
        new("llama-3", "Llama 3", ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]),
        new("gemma", "Gemma 1 to 3", ["<start_of_turn>", "<end_of_turn>"]),
        new("granite", "Granite 3", ["<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"]),
        new("deepseek", "DeepSeek V2.5, V3", ["<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>"]),
        new("mistral-tekken", "Mistral with the Tekken tokenizer", ["[INST]", "[/INST]", "[TOOL_CALLS]", "Ġthe"]),
        new("phi-3", "Phi-3, Phi-3.5", ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]),
        new("mistral", "Mistral 7B Instruct 0.1 and 0.2", []),
        new("llama-2", "Llama 2 Chat", []),
        new("zephyr", "Zephyr, TinyLlama Chat", []),
        new("vicuna", "Vicuna", []),
        new("alpaca", "Alpaca and models tuned on its form", []),
        new("openchat", "OpenChat 3.5", []),
    ];

    /// <summary>The names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(template => template.Name));

    /// <summary>Finds one by name.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out BuiltInChatTemplate? template)
    {
        template = All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase));
        return template is not null;
    }

    /// <summary>Recognises the family of a model by its vocabulary; null when nothing proves one.</summary>
    public static BuiltInChatTemplate? Recognize(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Recognize(marker => tokenizer.TryGetId(marker, out _));
    }

    /// <summary>Recognises the family of a model by its tokens; null when nothing proves one.</summary>
    /// <param name="hasToken">Whether the vocabulary has a token.</param>
    public static BuiltInChatTemplate? Recognize(Func<string, bool> hasToken)
    {
        ArgumentNullException.ThrowIfNull(hasToken);
        return All.FirstOrDefault(template => template.Markers.Count > 0 && template.Markers.All(hasToken));
    }
}
