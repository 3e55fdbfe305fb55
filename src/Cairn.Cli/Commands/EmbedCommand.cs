using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn embed</c>: text to a vector of length one.</summary>
internal sealed class EmbedCommand : CairnCommand
{
    private const int LinesAtOnce = 32;

    private readonly Argument<string[]> _text = new("text")
    {
        Description = "The text; standard input when absent or '-'.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _jsonLines = new("--jsonl") { Description = "Read one JSON string a line, print one JSON object a line." };
    private readonly EngineOptions _engine;

    public EmbedCommand()
        : base("embed", "Embed text as a vector.",
            "cairn embed --json \"Cairns mark the trail.\"",
            "cairn embed --model all-minilm-l6-v2 --jsonl < strings.jsonl")
    {
        Arguments.Add(_text);
        Options.Add(_jsonLines);
        _engine = new EngineOptions(this, "The embedding model (default: all-minilm-l6-v2).");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        using var models = new LocalModels();
        var model = models.GetEmbeddingModel(_engine.Read(arguments));
        if (arguments.GetValue(_jsonLines))
        {
            var batch = new List<string>(LinesAtOnce);
            await foreach (var line in TextInput.ReadJsonLinesAsync(console, cancellationToken).ConfigureAwait(false))
            {
                batch.Add(line);
                if (batch.Count == LinesAtOnce) WriteBatch(model, batch, console, cancellationToken);
            }

            WriteBatch(model, batch, console, cancellationToken);
            return ExitCode.Success;
        }

        var text = await TextInput.ReadAsync(arguments.GetValue(_text), console, cancellationToken).ConfigureAwait(false);
        var vector = model.Embed([text], cancellationToken)[0];
        if (arguments.GetValue(Json)) console.WriteJson(ToJson(vector));
        else await console.Out.WriteLineAsync(string.Join(' ', vector)).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static void WriteBatch(EmbeddingModel model, List<string> batch, CliConsole console, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        foreach (var vector in model.Embed(batch, cancellationToken)) console.WriteJson(ToJson(vector));
        batch.Clear();
    }

    private static JsonObject ToJson(float[] vector) =>
        new() { ["embedding"] = new JsonArray([.. vector.Select(value => (JsonNode)value)]) };
}
