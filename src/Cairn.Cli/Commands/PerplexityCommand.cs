using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.AI;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference;
using Cairn.Inference.Comparison;
using Cairn.Models.Adapters;
using Cairn.Tensors;

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

    private readonly Option<string?> _against = new("--against")
    {
        Description = "A reference model: also KL divergence from it, agreement on the best token and perplexity ratio.",
        HelpName = "model",
    };

    private readonly Option<string?> _againstActivations = new("--against-activations")
    {
        Description = "Arithmetic of the reference: int8 or f32 (default: that of --activations).",
    };

    private readonly Option<string?> _againstKvType = new("--against-kv-type")
    {
        Description = "How the reference keeps keys and values: f16, q8_0 or f32 (default: that of --kv-type).",
    };

    private readonly AdapterOption _adapters = new();
    private readonly EngineOptions _engine;

    public PerplexityCommand()
        : base("perplexity", "Perplexity of a model on a text file.",
            "cairn perplexity --file novel.txt --window 512 --json",
            "cairn perplexity --file novel.txt --model model-Q4_K_M.gguf --against model-F16.gguf",
            "cairn perplexity --file novel.txt --model base.gguf --adapter style --against base.gguf")
    {
        _againstActivations.AcceptOnlyFromAmong("int8", "f32");
        _againstKvType.AcceptOnlyFromAmong(KvTypeName.All);
        Options.Add(_file);
        Options.Add(_window);
        Options.Add(_against);
        Options.Add(_againstActivations);
        Options.Add(_againstKvType);
        _engine = new EngineOptions(this, "The language model (default: smollm2-135m-instruct).");
        Options.Add(_adapters);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var text = await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false);
        using var models = new LocalModels();
        var options = _engine.Read(arguments);
        _adapters.ReadInto(options, arguments);
        var model = models.GetLanguageModel(options, cancellationToken);
        var adapters = AdapterOption.Load(models, options);
        var ids = model.Tokenizer.Encode(text, addSpecial: false, parseSpecial: true);
        var window = arguments.GetValue(_window);
        if (ids.Length < window)
        {
            throw new CliException($"'{file.Name}' has {ids.Length} tokens; one window needs {window}. Give a longer text or a smaller --window.");
        }

        if (arguments.GetValue(_against) is not null)
        {
            return await CompareAsync(arguments, console, models, model, adapters, ids, text, cancellationToken).ConfigureAwait(false);
        }

        using var progress = new ProgressLine(console, "perplexity");
        var result = await Task.Run(
            () => model.MeasurePerplexity(ids, window, adapters, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
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

    private async Task<int> CompareAsync(
        ParseResult arguments,
        CliConsole console,
        LocalModels models,
        LanguageModel model,
        AdapterSet adapters,
        int[] ids,
        string text,
        CancellationToken cancellationToken)
    {
        var options = _engine.Read(arguments);
        options.Model = arguments.GetValue(_against);
        if (arguments.GetValue(_againstActivations) is { } activations)
        {
            options.Activation = activations == "f32" ? ActivationType.Float32 : ActivationType.Int8;
        }

        options.KvType = KvTypeName.Parse(arguments.GetValue(_againstKvType)) ?? options.KvType;
        var reference = models.GetLanguageModel(options, cancellationToken);
        RequireSameTokens(model, reference, ids, text);
        using var progress = new ProgressLine(console, "comparing");
        var window = arguments.GetValue(_window);
        var result = await Task.Run(
            () => ModelComparison.Compare(reference, model, ids, window, adapters, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        progress.Clear();
        if (arguments.GetValue(Json)) console.WriteJson(ComparisonText.ToJson(result, reference.Path, window));
        else console.WriteNow(ComparisonText.Format(result));
        return ExitCode.Success;
    }

    /// <summary>Figures of two models compare only when each position means the same token to both.</summary>
    private static void RequireSameTokens(LanguageModel model, LanguageModel reference, int[] ids, string text)
    {
        if (model.Tokenizer.Fingerprint == reference.Tokenizer.Fingerprint) return;
        if (model.Configuration.VocabularySize == reference.Configuration.VocabularySize
            && reference.Tokenizer.Encode(text, addSpecial: false, parseSpecial: true).AsSpan().SequenceEqual(ids))
        {
            return; // one vocabulary in two forms, such as a GGUF file and the folder it was made from
        }

        throw new CliException($"'{model.Name}' and '{reference.Name}' cut the text into different tokens; their predictions cannot be compared.");
    }
}
