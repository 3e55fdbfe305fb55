using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Models.ChatTemplates;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn template</c>: what a chat template makes of a conversation.</summary>
internal sealed class TemplateCommand : CairnCommand
{
    private readonly Argument<string[]> _text = new("message")
    {
        Description = "What the user says; standard input when absent or '-'.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "A model file, a folder, a Jinja file or a name of the store (default: smollm2-135m-instruct).",
        DefaultValueFactory = _ => Hub.ModelStore.DefaultDecoder,
        HelpName = "model|file.jinja",
    };

    private readonly ChatTemplateOption _template = new();
    private readonly Option<string?> _system = new("--system", "-s") { Description = "Instructions before the message.", HelpName = "text" };
    private readonly Option<bool> _jsonLines = new("--jsonl") { Description = "Read the variables of a render as one JSON object a line; print one JSON object a line." };
    private readonly Option<bool> _source = new("--source") { Description = "Print the template itself." };
    private readonly Option<bool> _list = new("--list") { Description = "List the built-in templates." };
    private readonly Option<string?> _now = new("--now") { Description = "Moment that the template takes for now, in ISO 8601 (default: the clock).", HelpName = "time" };

    public TemplateCommand()
        : base("template", "Render a chat template; shows the prompt that a model would get.",
            "cairn template \"What is an isotope?\"",
            "cairn template --chat-template llama-3 --system \"Be brief.\" \"What is an isotope?\"",
            "cairn template --model smollm2-135m-instruct --jsonl --now 2025-07-04T12:34:56 < variables.jsonl",
            "cairn template --list")
    {
        Arguments.Add(_text);
        Options.Add(_model);
        Options.Add(_template);
        Options.Add(_system);
        Options.Add(_jsonLines);
        Options.Add(_source);
        Options.Add(_list);
        Options.Add(_now);
        _now.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !PinnedClock.TryParse(token.Value, out _)) result.AddError("--now needs a time such as 2025-07-04T12:34:56Z.");
        });
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_list)) return await ListAsync(arguments.GetValue(Json), console).ConfigureAwait(false);

        var options = arguments.GetValue(_now) is { } now && PinnedClock.TryParse(now, out var moment)
            ? new ChatTemplateOptions { TimeProvider = new PinnedClock(moment) }
            : ChatTemplateOptions.Default;
        var subject = TemplateSubject.Find(arguments.GetValue(_template), arguments.GetValue(_model)!);
        if (arguments.GetValue(_jsonLines)) return await RenderLinesAsync(subject, options, console, cancellationToken).ConfigureAwait(false);

        var template = subject.Load();
        if (arguments.GetValue(_source))
        {
            Write(arguments, console, template, template.Source);
            return ExitCode.Success;
        }

        var text = await TextInput.ReadAsync(arguments.GetValue(_text), console, cancellationToken).ConfigureAwait(false);
        Write(arguments, console, template, template.Render(Variables(arguments.GetValue(_system), text, subject), options, cancellationToken));
        return ExitCode.Success;
    }

    private static JsonObject Variables(string? system, string text, TemplateSubject subject)
    {
        var messages = new JsonArray();
        if (!string.IsNullOrEmpty(system)) messages.Add((JsonNode)new JsonObject { ["role"] = "system", ["content"] = system });
        messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = text });
        return new JsonObject
        {
            ["messages"] = messages,
            ["tools"] = null,
            ["documents"] = null,
            ["add_generation_prompt"] = true,
            ["bos_token"] = subject.BosToken,
            ["eos_token"] = subject.EosToken,
        };
    }

    private void Write(ParseResult arguments, CliConsole console, ChatTemplate template, string output)
    {
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject { ["output"] = output, ["template"] = template.Name, ["built_in"] = template.IsBuiltIn });
        }
        else
        {
            console.WriteNow(output.EndsWith('\n') ? output : output + "\n");
        }
    }

    /// <summary>A line fails by itself; a template that cannot be parsed fails every line, and the command.</summary>
    private static async Task<int> RenderLinesAsync(
        TemplateSubject subject, ChatTemplateOptions options, CliConsole console, CancellationToken cancellationToken)
    {
        ChatTemplate? template = null;
        ChatTemplateException? malformed = null;
        try
        {
            template = subject.Load();
        }
        catch (ChatTemplateException exception)
        {
            malformed = exception;
        }

        while (await console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;

            var result = malformed is null ? Render(template!, line, options, cancellationToken) : Describe(malformed);
            await console.Out.WriteLineAsync(result.ToJsonString(JsonStyle.Compact)).ConfigureAwait(false);
        }

        return malformed is null ? ExitCode.Success : ExitCode.BadFile;
    }

    private static JsonObject Render(ChatTemplate template, string line, ChatTemplateOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject variables
                ? new JsonObject { ["output"] = template.Render(variables, options, cancellationToken) }
                : new JsonObject { ["error"] = "input", ["message"] = "The line is no JSON object." };
        }
        catch (ChatTemplateException exception)
        {
            return Describe(exception);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // An ArgumentException is a key that an object has twice, which JsonObject finds out late.
            return new JsonObject { ["error"] = "input", ["message"] = $"The line is no JSON object: {exception.Message}" };
        }
    }

    /// <summary>The error's kind as a word; what a template itself says when it refuses is kept as it is.</summary>
    private static JsonObject Describe(ChatTemplateException exception) => new()
    {
        ["error"] = exception.Kind.ToString().ToLowerInvariant(),
        ["message"] = exception.Kind == ChatTemplateError.Raised ? exception.Reason : exception.Message,
    };

    private static async Task<int> ListAsync(bool json, CliConsole console)
    {
        if (json)
        {
            console.WriteJson(new JsonObject
            {
                ["templates"] = new JsonArray([.. BuiltInChatTemplates.All.Select(template => (JsonNode)new JsonObject
                {
                    ["name"] = template.Name,
                    ["description"] = template.Description,
                    ["markers"] = new JsonArray([.. template.Markers.Select(marker => (JsonNode)marker)]),
                })]),
            });
            return ExitCode.Success;
        }

        foreach (var template in BuiltInChatTemplates.All)
        {
            var recognised = template.Markers.Count > 0 ? $"recognised by {string.Join(' ', template.Markers)}" : "only when asked for";
            await console.Out.WriteLineAsync($"{template.Name,-15} {template.Description}; {recognised}").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }
}
