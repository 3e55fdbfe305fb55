using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Models.Tokenizers;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn tokenize</c>: text to token ids and back.</summary>
internal sealed class TokenizeCommand : CairnCommand
{
    private readonly Argument<string[]> _text = new("text")
    {
        Description = "The text; standard input when absent or '-'.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "A model file, a folder, a tokenizer.json, a tokenizer.model or a name of the store.",
        DefaultValueFactory = _ => ModelStore.DefaultDecoder,
        HelpName = "model",
    };

    private readonly Option<bool> _jsonLines = new("--jsonl") { Description = "Read one JSON string a line, print one JSON object a line." };
    private readonly Option<bool> _addSpecial = new("--add-special") { Description = "Add what the tokenizer adds by default (such as [CLS] … [SEP])." };
    private readonly Option<bool> _parseSpecial = new("--parse-special") { Description = "Read special tokens written in the text as such." };

    public TokenizeCommand()
        : base("tokenize", "Show the tokens of a text.",
            "cairn tokenize \"Cairns mark the trail.\"",
            "cairn tokenize --model all-minilm-l6-v2 --add-special --json \"Cairns mark the trail.\"",
            "cairn tokenize --model smollm2-135m-instruct --jsonl < strings.jsonl")
    {
        Arguments.Add(_text);
        Options.Add(_model);
        Options.Add(_jsonLines);
        Options.Add(_addSpecial);
        Options.Add(_parseSpecial);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var tokenizer = Tokenizer.Load(ResolvePath(arguments.GetValue(_model)!));
        var (addSpecial, parseSpecial) = (arguments.GetValue(_addSpecial), arguments.GetValue(_parseSpecial));
        if (arguments.GetValue(_jsonLines))
        {
            await foreach (var line in TextInput.ReadJsonLinesAsync(console, cancellationToken).ConfigureAwait(false))
            {
                var encoded = tokenizer.Encode(line, addSpecial, parseSpecial);
                await console.Out.WriteLineAsync(Describe(tokenizer, encoded).ToJsonString(JsonStyle.Compact)).ConfigureAwait(false);
            }

            return ExitCode.Success;
        }

        var text = await TextInput.ReadAsync(arguments.GetValue(_text), console, cancellationToken).ConfigureAwait(false);
        var ids = tokenizer.Encode(text, addSpecial, parseSpecial);
        if (arguments.GetValue(Json))
        {
            var result = Describe(tokenizer, ids);
            result["tokens"] = new JsonArray([.. ids.Select(id => (JsonNode)tokenizer.GetToken(id))]);
            console.WriteJson(result);
            return ExitCode.Success;
        }

        foreach (var id in ids) await console.Out.WriteLineAsync($"{id,8}  {tokenizer.GetToken(id)}").ConfigureAwait(false);
        await console.Error.WriteLineAsync($"{ids.Length} tokens, {text.Length} characters").ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static JsonObject Describe(Tokenizer tokenizer, int[] ids) => new()
    {
        ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
        ["decoded"] = tokenizer.Decode(ids),
    };

    private static string ResolvePath(string model) =>
        File.Exists(model) && Path.GetExtension(model).ToUpperInvariant() is ".JSON" or ".MODEL"
            ? model
            : ModelStore.CreateDefault().Resolve(model).Path;
}
