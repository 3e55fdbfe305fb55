using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;
using Microsoft.Extensions.AI;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn chat</c>: a conversation of several turns.</summary>
internal sealed class ChatCommand : CairnCommand
{
    private const string Help = """
        /help           this list
        /reset          forget the conversation
        /system TEXT    set the instructions (and forget the conversation); without TEXT, show them
        /save FILE      write the conversation: Markdown, or JSON when FILE ends in .json
        /exit           leave (or Ctrl-D)
        """;

    private readonly Option<string?> _system = new("--system", "-s") { Description = "Instructions for the whole conversation.", HelpName = "text" };
    private readonly ChatTemplateOption _template = new();
    private readonly AdapterOption _adapters = new();
    private readonly EngineOptions _engine;
    private readonly SamplingOptions _sampling;

    public ChatCommand()
        : base("chat", "Talk to a model; reads standard input line by line.",
            "cairn chat",
            "cairn chat --system \"Answer in one sentence.\" --temperature 0")
    {
        Options.Add(_system);
        Options.Add(_template);
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
        Options.Add(_adapters);
        _sampling = new SamplingOptions(this, maxTokens: 512);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var generation = _sampling.Read(arguments);
        using var models = new LocalModels();
        var options = _engine.Read(arguments);
        options.ChatTemplate = arguments.GetValue(_template);
        _adapters.ReadInto(options, arguments);
        var model = models.GetLanguageModel(options, cancellationToken);
        generation = generation with { Adapters = AdapterOption.Load(models, options) };
        ChatPrompt.RequireTemplate(model);
        await ChatTemplateOption.RemarkAsync(model, console).ConfigureAwait(false);
        var conversation = new Conversation(arguments.GetValue(_system));
        var json = arguments.GetValue(Json);
        await Say(console, $"{model.Name}, {model.ContextLength:N0} tokens of context. /help lists the commands.").ConfigureAwait(false);
        while (await ReadLineAsync(console, cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (line.Trim() is "/exit" or "/quit") break;
            if (line.StartsWith('/'))
            {
                await ObeyAsync(line.Trim(), conversation, console, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await ReplyAsync(model, generation, conversation, line, json, console, cancellationToken).ConfigureAwait(false);
        }

        return ExitCode.Success;
    }

    private static async Task ReplyAsync(
        LanguageModel model, GenerationOptions generation, Conversation conversation, string line, bool json, CliConsole console,
        CancellationToken cancellationToken)
    {
        conversation.Add(ChatRole.User, line);
        var prompt = ChatPrompt.Encode(model, conversation.Messages);
        var reply = new StringBuilder();
        var (tokens, drafted, accepted) = (0, 0, 0);
        try
        {
            using var progress = new PromptLine(console);
            generation = generation with { PromptProgress = progress };
            await foreach (var token in model.GenerateAsync(prompt, generation, cancellationToken).ConfigureAwait(false))
            {
                tokens++;
                drafted += token.DraftedTokens;
                accepted += token.WasDrafted ? 1 : 0;
                reply.Append(token.Text);
                if (!json && token.Text.Length > 0) console.WriteNow(token.Text);
            }
        }
        catch (ContextOverflowException overflow)
        {
            conversation.RemoveLast();
            await console.Error.WriteLineAsync($"cairn: {overflow.Message} Use /reset to start over.").ConfigureAwait(false);
            return;
        }

        conversation.Add(ChatRole.Assistant, reply.ToString());
        if (json)
        {
            console.WriteJson(new JsonObject
            {
                ["text"] = reply.ToString(),
                ["usage"] = new JsonObject
                {
                    ["input_tokens"] = prompt.Length,
                    ["output_tokens"] = tokens,
                    ["drafted_tokens"] = drafted,
                    ["accepted_tokens"] = accepted,
                    ["context_length"] = model.ContextLength,
                },
            });
        }
        else
        {
            console.WriteNow("\n");
        }
    }

    private static async Task ObeyAsync(string line, Conversation conversation, CliConsole console, CancellationToken cancellationToken)
    {
        var (command, rest) = line.IndexOf(' ') is var space and > 0 ? (line[..space], line[(space + 1)..].Trim()) : (line, "");
        switch (command)
        {
            case "/help":
                await console.Error.WriteLineAsync(Help).ConfigureAwait(false);
                break;
            case "/reset":
                conversation.Reset(conversation.System);
                await Say(console, "The conversation is forgotten.").ConfigureAwait(false);
                break;
            case "/system" when rest.Length == 0:
                await console.Error.WriteLineAsync(conversation.System ?? "There are no instructions.").ConfigureAwait(false);
                break;
            case "/system":
                conversation.Reset(rest);
                await Say(console, "The instructions are set and the conversation starts over.").ConfigureAwait(false);
                break;
            case "/save" when rest.Length > 0:
                await SaveAsync(conversation, rest, console, cancellationToken).ConfigureAwait(false);
                break;
            case "/save":
                await console.Error.WriteLineAsync("/save needs a file: /save talk.md").ConfigureAwait(false);
                break;
            default:
                await console.Error.WriteLineAsync($"There is no command {command}; /help lists them.").ConfigureAwait(false);
                break;
        }
    }

    private static async Task SaveAsync(Conversation conversation, string path, CliConsole console, CancellationToken cancellationToken)
    {
        var text = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? conversation.ToJson() : conversation.ToMarkdown();
        try
        {
            await File.WriteAllTextAsync(path, text, cancellationToken).ConfigureAwait(false);
            await Say(console, $"Saved to {path}.").ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"cairn: {failure.Message}").ConfigureAwait(false);
        }
    }

    private static async Task<string?> ReadLineAsync(CliConsole console, CancellationToken cancellationToken)
    {
        if (!console.InputIsRedirected) console.WriteNow("> ");
        return await console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false);
    }

    // Remarks about the session are for people at a terminal; a pipe gets only replies.
    private static Task Say(CliConsole console, string text) =>
        console.InputIsRedirected ? Task.CompletedTask : console.Error.WriteLineAsync(text);
}
