using System.Text.Json.Nodes;
using Cairn.Models.ChatTemplates.Evaluation;
using Cairn.Models.ChatTemplates.Parsing;
using Cairn.Models.ChatTemplates.Values;

namespace Cairn.Models.ChatTemplates;

/// <summary>
/// A model's chat template: a program in the Jinja dialect of model files that turns a conversation into the prompt
/// the model was trained on. Parsed once; rendering is thread-safe.
/// </summary>
/// <remarks>
/// The dialect is that of jinja2 3.1.6 in the environment of transformers' <c>apply_chat_template</c>: an immutable
/// sandbox with <c>trim_blocks</c>, <c>lstrip_blocks</c>, loop controls and <c>generation</c> blocks. Templates come
/// from strangers: they cannot reach files, the network or .NET objects, cannot change their inputs, and stop at the
/// limits of <see cref="ChatTemplateOptions"/>. Not supported: other templates (<c>include</c>, <c>import</c>,
/// <c>extends</c>), automatic escaping, the <c>urlize</c> and <c>pprint</c> filters, and <c>lipsum</c>.
/// </remarks>
public sealed class ChatTemplate
{
    /// <summary>Longest source that is parsed, in UTF-16 units; published templates have some ten thousand.</summary>
    private const int MaxSourceLength = 1024 * 1024;

    private readonly Block _body;

    private ChatTemplate(string source, string name, Block body)
    {
        Source = source;
        Name = name;
        _body = body;
    }

    /// <summary>The template as it was given.</summary>
    public string Source { get; }

    /// <summary>Name for error messages: usually the model's; of a built-in template its own.</summary>
    public string Name { get; }

    /// <summary>Whether Cairn brought the template along; false for one that came with a model or was given.</summary>
    public bool IsBuiltIn { get; private init; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">Name for error messages.</param>
    /// <exception cref="ChatTemplateException">The source is malformed, or nested beyond a fixed limit.</exception>
    public static ChatTemplate Parse(string source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(name);
        if (source.Length > MaxSourceLength)
        {
            throw new ChatTemplateException(
                ChatTemplateError.Limit,
                $"the source has {source.Length} characters; at most {MaxSourceLength} are allowed.",
                template: name);
        }

        try
        {
            return new ChatTemplate(source, name, TemplateParser.Parse(source));
        }
        catch (ChatTemplateException exception) when (exception.Template is null)
        {
            throw new ChatTemplateException(exception.Kind, exception.Reason, exception.Line, name, exception);
        }
    }

    internal static ChatTemplate ParseBuiltIn(string source, string name) =>
        new(source, name, TemplateParser.Parse(source)) { IsBuiltIn = true };

    /// <summary>Renders the template with JSON values as its variables.</summary>
    /// <param name="variables">
    /// What the template may read, usually <c>messages</c>, <c>add_generation_prompt</c>, <c>bos_token</c> and
    /// <c>eos_token</c>, perhaps <c>tools</c>. A null is <c>none</c>, which is defined.
    /// </param>
    /// <param name="options">Clock and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the rendering.</param>
    /// <exception cref="ChatTemplateException">
    /// The template refused the conversation, failed, or met a limit.
    /// </exception>
    public string Render(
        JsonObject variables, ChatTemplateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var context = new RenderContext(options ?? ChatTemplateOptions.Default, cancellationToken);
        try
        {
            var scope = new Scope(null);
            foreach (var (key, value) in variables)
            {
                scope.Set(key, JsonValues.From(value));
            }

            new StatementExecutor(context, new Scope(scope)).Run(_body);
            return context.Output.ToString();
        }
        catch (ChatTemplateException exception)
        {
            int? line = exception.Line ?? (context.Line > 0 ? context.Line : null);
            throw new ChatTemplateException(exception.Kind, exception.Reason, line, Name, exception);
        }
    }

    /// <summary>Renders a conversation of plain text messages.</summary>
    /// <param name="turns">The messages, oldest first.</param>
    /// <param name="addGenerationPrompt">True to end with the opening of the assistant's answer.</param>
    /// <param name="bosToken">Text of the model's beginning-of-sequence token; null when it has none.</param>
    /// <param name="eosToken">Text of the model's end-of-sequence token; null when it has none.</param>
    /// <exception cref="ChatTemplateException">
    /// The template refused the conversation, failed, or met a limit.
    /// </exception>
    public string Render(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt, string? bosToken, string? eosToken)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var messages = new JsonArray();
        foreach (var turn in turns)
        {
            messages.Add((JsonNode)new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content });
        }

        return Render(new JsonObject
        {
            ["messages"] = messages,
            ["tools"] = null,
            ["documents"] = null,
            ["add_generation_prompt"] = addGenerationPrompt,
            ["bos_token"] = bosToken ?? "",
            ["eos_token"] = eosToken ?? "",
        });
    }
}
