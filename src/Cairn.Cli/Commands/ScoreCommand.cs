using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn score</c>: how likely the model finds each token of a text, in one forward pass.</summary>
internal sealed class ScoreCommand : CairnCommand
{
    private readonly Argument<string[]> _text = new("text")
    {
        Description = "The text, unless --ids is given; special tokens in it are read as such.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _ids = new("--ids") { Description = "Token ids, separated by commas.", HelpName = "1,2,3" };
    private readonly Option<int> _top = new("--top") { Description = "Also the best next tokens at each position.", HelpName = "count" };
    private readonly AdapterOption _adapters = new();
    private readonly EngineOptions _engine;

    public ScoreCommand()
        : base("score", "Log-probability of each token of a text.",
            "cairn score \"The capital of France is Paris.\"",
            "cairn score --ids 504,3575,282 --top 5 --json")
    {
        Arguments.Add(_text);
        Options.Add(_ids);
        Options.Add(_top);
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
        Options.Add(_adapters);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        using var models = new LocalModels();
        var options = _engine.Read(arguments);
        _adapters.ReadInto(options, arguments);
        var model = models.GetLanguageModel(options, cancellationToken);
        var ids = arguments.GetValue(_ids) is { } list
            ? ParseIds(list, model.Tokenizer.VocabularySize)
            : model.Tokenizer.Encode(
                await TextInput.ReadAsync(arguments.GetValue(_text), console, cancellationToken).ConfigureAwait(false),
                addSpecial: true, parseSpecial: true);
        if (ids.Length == 0) throw new CliException("There are no tokens to score.", ExitCode.Usage);

        var top = arguments.GetValue(_top);
        if (top < 0) throw new CliException($"--top is {top}; it must be 0 or more.", ExitCode.Usage);

        var scores = model.Score(ids, top, AdapterOption.Load(models, options), cancellationToken);
        if (arguments.GetValue(Json))
        {
            console.WriteJson(ToJson(ids, scores));
            return ExitCode.Success;
        }

        for (var i = 0; i < ids.Length; i++)
        {
            var score = i == 0 ? "       " : scores.LogProbabilities[i].ToString("F4", CultureInfo.InvariantCulture).PadLeft(9);
            await console.Out.WriteLineAsync($"{ids[i],8} {score,9}  {model.Tokenizer.GetToken(ids[i])}").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }

    private static JsonObject ToJson(int[] ids, TokenScores scores) => new()
    {
        ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
        ["logprobs"] = new JsonArray([.. scores.LogProbabilities.Select((value, i) => i == 0 ? null : (JsonNode)value)]),
        ["top"] = new JsonArray([.. scores.Top.Select(position =>
            (JsonNode)new JsonArray([.. position.Select(best => (JsonNode)new JsonArray(best.Id, best.LogProbability))]))]),
    };

    private static int[] ParseIds(string list, int vocabularySize)
    {
        var parts = list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.ConvertAll(parts, part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < vocabularySize
                ? id
                : throw new CliException($"--ids holds '{part}'; expected ids from 0 to {vocabularySize - 1}.", ExitCode.Usage));
    }
}
