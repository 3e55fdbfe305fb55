using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn perplexity</c>: how well a model predicts a text.</summary>
internal sealed class PerplexityCommand : CairnCommand
{
    private readonly Option<FileInfo> _file = new("--file", "-f") { Description = "The text, UTF-8.", Required = true, HelpName = "file" };
    private readonly Option<int> _window = new("--window")
    {
        Description = "Tokens of a window; the predictions of its second half count.",
        DefaultValueFactory = _ => 512,
        HelpName = "tokens",
    };

    private readonly EngineOptions _engine;

    public PerplexityCommand()
        : base("perplexity", "Perplexity of a model on a text file.",
            "cairn perplexity --file novel.txt --window 512 --json")
    {
        Options.Add(_file);
        Options.Add(_window);
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var text = await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false);
        using var models = new LocalModels();
        var model = models.GetLanguageModel(_engine.Read(arguments));
        var ids = model.Tokenizer.Encode(text, addSpecial: false, parseSpecial: true);
        var window = arguments.GetValue(_window);
        if (ids.Length < window)
        {
            throw new CliException($"'{file.Name}' has {ids.Length} tokens; one window needs {window}. Give a longer text or a smaller --window.");
        }

        using var progress = new ProgressLine(console, "perplexity");
        var result = await Task.Run(
            () => model.MeasurePerplexity(ids, window, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        progress.Clear();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["perplexity"] = result.Perplexity,
                ["tokens"] = result.TokenCount,
                ["mean_nll"] = result.MeanNegativeLogLikelihood,
                ["window"] = window,
            });
        }
        else
        {
            await console.Out.WriteLineAsync($"perplexity {result.Perplexity:F5} over {result.TokenCount} tokens").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }
}
