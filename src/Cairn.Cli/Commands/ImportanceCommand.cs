using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub.Quantization;
using Cairn.Inference.Importance;
using Cairn.Tensors;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn imatrix</c>: which columns of a model's matrices matter, measured on a text.</summary>
internal sealed class ImportanceCommand : CairnCommand
{
    private readonly Argument<string> _model = new("model") { Description = "The language model: a file, a folder or a name of the store." };
    private readonly Argument<FileInfo> _text = new("text") { Description = "A text like those that the model will meet, UTF-8." };
    private readonly Option<FileInfo> _output = new("--output", "-o") { Description = "GGUF file to write.", Required = true, HelpName = "file" };
    private readonly Option<int> _window = new("--window")
    {
        Description = "Tokens of a window.",
        DefaultValueFactory = _ => 512,
        HelpName = "tokens",
    };

    public ImportanceCommand()
        : base("imatrix", "Measure which inputs of a model's matrices matter, for cairn quantize.",
            "cairn imatrix model-F16.gguf novel.txt -o model.imatrix.gguf")
    {
        Arguments.Add(_model);
        Arguments.Add(_text);
        Options.Add(_output);
        Options.Add(_window);
    }

    /// <inheritdoc/>
    public override TimeSpan GracePeriod => TimeSpan.FromSeconds(3);

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var (file, output, window) = (arguments.GetValue(_text)!, arguments.GetValue(_output)!, arguments.GetValue(_window));
        OutputPath.RequireFile(output.FullName, arguments.GetValue(_model)!, file.FullName);
        var text = await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false);
        using var models = new LocalModels();
        var model = models.GetLanguageModel(new LocalModelOptions { Model = arguments.GetValue(_model), Activation = ActivationType.Float32 }, cancellationToken);
        var ids = model.Tokenizer.Encode(text, addSpecial: false, parseSpecial: true);
        if (window < 4) throw new CliException($"--window is {window}; it must be 4 or more.", ExitCode.Usage);
        if (ids.Length < window)
        {
            throw new CliException($"'{file.Name}' has {ids.Length} tokens; one window needs {window}. Give a longer text or a smaller --window.");
        }

        using var progress = new ProgressLine(console, "measuring");
        var sums = ImportanceMeasurement.Measure(model, ids, window, progress, cancellationToken);
        progress.Clear();
        ImportanceMatrixFile.Write(output.FullName, sums, file.Name, ids.Length / window, window);
        var unseen = sums.Values.Sum(entry => entry.Counts.Count(count => count == 0));
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["path"] = output.FullName,
                ["matrices"] = sums.Count,
                ["windows"] = ids.Length / window,
                ["tokens"] = ids.Length / window * window,
                ["unseen_experts"] = unseen,
            });
        }
        else
        {
            var remark = unseen > 0 ? $"; {unseen} experts saw no token, so give a longer text" : "";
            await console.Out.WriteLineAsync($"wrote {output.FullName}: {sums.Count} matrices, {ids.Length / window} windows of {window} tokens{remark}").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }
}
