using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;
using Microsoft.Extensions.AI;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn run</c>: one prompt, one reply.</summary>
internal sealed class RunCommand : CairnCommand
{
    private readonly Argument<string[]> _prompt = new("prompt")
    {
        Description = "The prompt; standard input when absent or '-'.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _system = new("--system", "-s") { Description = "Instructions before the prompt.", HelpName = "text" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Give the text to the model as it is, without its chat template; special tokens in it are read as such." };
    private readonly ChatTemplateOption _template = new();
    private readonly Option<bool> _ignoreEnd = new("--ignore-eos") { Description = "Go on when the model ends its turn." };
    private readonly AdapterOption _adapters = new();
    private readonly EngineOptions _engine;
    private readonly SamplingOptions _sampling;

    public RunCommand()
        : base("run", "Run one prompt; reads standard input.",
            "cairn run \"Write a haiku about stones.\"",
            "cairn run --raw --temperature 0 --max-tokens 8 --json \"The capital of France is\"",
            "cat notes.txt | cairn run --system \"Summarise in one sentence.\" -")
    {
        Arguments.Add(_prompt);
        Options.Add(_system);
        Options.Add(_raw);
        Options.Add(_template);
        Options.Add(_ignoreEnd);
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
        Options.Add(_adapters);
        _sampling = new SamplingOptions(this, maxTokens: 512);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var text = await TextInput.ReadAsync(arguments.GetValue(_prompt), console, cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(text)) throw new CliException("The prompt is empty: write it as an argument or pipe it in.", ExitCode.Usage);

        var generation = _sampling.Read(arguments) with { IgnoreEndOfGeneration = arguments.GetValue(_ignoreEnd) };
        using var models = new LocalModels();
        var clock = Stopwatch.StartNew();
        var options = _engine.Read(arguments);
        options.ChatTemplate = arguments.GetValue(_template);
        _adapters.ReadInto(options, arguments);
        var model = models.GetLanguageModel(options, cancellationToken);
        generation = generation with { Adapters = AdapterOption.Load(models, options) };
        var raw = arguments.GetValue(_raw);
        if (!raw) await ChatTemplateOption.RemarkAsync(model, console).ConfigureAwait(false);
        var prompt = raw
            ? model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: true)
            : ChatPrompt.Encode(model, Messages(arguments.GetValue(_system), text));
        var json = arguments.GetValue(Json);
        var reply = new Reply(prompt.Length, model.ContextLength, raw ? null : model.ChatTemplate?.Name);
        using var progress = new PromptLine(console);
        generation = generation with { PromptProgress = progress };
        await foreach (var token in model.GenerateAsync(prompt, generation, cancellationToken).ConfigureAwait(false))
        {
            reply.Add(token, clock.Elapsed);
            if (!json && token.Text.Length > 0) console.WriteNow(token.Text);
        }

        if (json) console.WriteJson(reply.ToJson(clock.Elapsed));
        else console.WriteNow("\n");
        return ExitCode.Success;
    }

    private static List<ChatMessage> Messages(string? system, string text)
    {
        var messages = new List<ChatMessage>();
        if (!string.IsNullOrEmpty(system)) messages.Add(new ChatMessage(ChatRole.System, system));
        messages.Add(new ChatMessage(ChatRole.User, text));
        return messages;
    }

    private sealed class Reply(int inputTokens, int contextLength, string? chatTemplate)
    {
        private readonly StringBuilder _text = new();
        private readonly JsonArray _ids = [];
        private readonly JsonArray _logProbabilities = [];
        private TimeSpan? _firstToken;
        private FinishReason? _finish;
        private int _drafted;
        private int _accepted;

        public void Add(GeneratedToken token, TimeSpan elapsed)
        {
            _firstToken ??= elapsed;
            _text.Append(token.Text);
            _ids.Add((JsonNode)token.Id);
            _logProbabilities.Add((JsonNode)token.LogProbability);
            _finish = token.FinishReason ?? _finish;
            _drafted += token.DraftedTokens;
            _accepted += token.WasDrafted ? 1 : 0;
        }

        public JsonObject ToJson(TimeSpan total) => new()
        {
            ["text"] = _text.ToString(),
            ["ids"] = _ids,
            ["logprobs"] = _logProbabilities,
            ["chat_template"] = chatTemplate,
            ["finish_reason"] = _finish == FinishReason.Length ? "length" : "stop",
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = inputTokens,
                ["output_tokens"] = _ids.Count,
                ["drafted_tokens"] = _drafted,
                ["accepted_tokens"] = _accepted,
                ["context_length"] = contextLength,
            },
            ["timings"] = new JsonObject
            {
                ["first_token_seconds"] = Math.Round(_firstToken?.TotalSeconds ?? 0, 4),
                ["total_seconds"] = Math.Round(total.TotalSeconds, 4),
            },
        };
    }
}
