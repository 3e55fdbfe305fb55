using Cairn.Cli.CommandLine;
using Cairn.Hub;
using Cairn.Models.ChatTemplates;
using Cairn.Models.Gguf;
using Cairn.Models.Tokenizers;

namespace Cairn.Cli.Commands;

/// <summary>What <c>cairn template</c> is about: a template, and the texts of the tokens that begin and end a sequence.</summary>
internal sealed class TemplateSubject
{
    private readonly Func<ChatTemplate> _load;

    private TemplateSubject(Func<ChatTemplate> load) => _load = load;

    /// <summary>Text of the model's first token; empty without a model.</summary>
    public string BosToken { get; private init; } = "";

    /// <summary>Text of the model's last token; empty without a model.</summary>
    public string EosToken { get; private init; } = "";

    /// <summary>A template by name or file, or else that of a model or file.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public static TemplateSubject Find(string? template, string model)
    {
        if (template is { Length: > 0 }) return new TemplateSubject(() => ModelChatTemplate.Load(template));
        if (model.EndsWith(".jinja", StringComparison.OrdinalIgnoreCase)) return new TemplateSubject(() => ModelChatTemplate.Load(model));

        // A folder needs no weights to have a template.
        var path = Directory.Exists(model) && ModelChatTemplate.FromFolder(model, null) is not null
            ? model
            : ModelStore.CreateDefault().Resolve(model).Path;
        var tokenizer = TryLoadTokenizer(path);
        return new TemplateSubject(() => Load(path, tokenizer))
        {
            BosToken = TextOf(tokenizer, tokenizer?.BosId),
            EosToken = TextOf(tokenizer, tokenizer?.EosId),
        };
    }

    /// <summary>The template.</summary>
    /// <exception cref="ChatTemplateException">It is malformed.</exception>
    public ChatTemplate Load() => _load();

    private static ChatTemplate Load(string path, Tokenizer? tokenizer)
    {
        ChatTemplate? found;
        if (Directory.Exists(path))
        {
            found = ModelChatTemplate.FromFolder(path, tokenizer);
        }
        else
        {
            using var file = GgufFile.Open(path);
            found = ModelChatTemplate.FromGguf(file, tokenizer);
        }

        return found ?? throw new CliException(
            $"'{path}' has no chat template and its vocabulary proves no family; name one with --chat-template "
            + $"(a Jinja file, or one of {BuiltInChatTemplates.Names}).");
    }

    private static Tokenizer? TryLoadTokenizer(string path)
    {
        try
        {
            return Tokenizer.Load(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string TextOf(Tokenizer? tokenizer, int? id) => id is { } known ? tokenizer!.GetToken(known) : "";
}
