using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Models.Adapters;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn adapters convert</c>: PEFT folder to GGUF, or GGUF to PEFT folder.</summary>
internal sealed class AdaptersConvertCommand : CairnCommand
{
    private readonly Argument<string> _input = new("adapter") { Description = "A PEFT folder, a GGUF adapter or a name of the store." };
    private readonly Argument<string> _output = new("output") { Description = "What to write: a .gguf file from a PEFT folder, a folder from a GGUF adapter." };
    private readonly Option<string?> _base = new("--base", "-b")
    {
        Description = "The base model: names and order of rows follow from it (default: the adapter's base_model_name_or_path, if it is here).",
        HelpName = "model",
    };

    private readonly Option<bool> _rounded = new("--rounded")
    {
        Description = "Round to single precision where GGUF's one alpha cannot express the scales exactly.",
    };

    public AdaptersConvertCommand()
        : base("convert", "Convert an adapter between PEFT and GGUF, without loss or not at all.",
            "cairn adapters convert ./style-lora style.gguf --base smollm2-135m-instruct",
            "cairn adapters convert style.gguf ./style-lora --base smollm2-135m-instruct --json")
    {
        Arguments.Add(_input);
        Arguments.Add(_output);
        Options.Add(_base);
        Options.Add(_rounded);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        using var adapter = AdapterFile.Open(AdapterStore.CreateDefault().Resolve(arguments.GetValue(_input)!));
        var output = Path.GetFullPath(arguments.GetValue(_output)!);
        RequireOutput(adapter, output);
        var model = FindBase(adapter, arguments.GetValue(_base));
        var decoder = ReadDecoder(model);
        var options = new AdapterConversionOptions { AllowRounding = arguments.GetValue(_rounded) };
        var result = adapter.Format == AdapterFormat.Peft
            ? AdapterConverter.WriteGguf(adapter, decoder, output, options)
            : AdapterConverter.WritePeft(adapter, decoder, adapter.BaseModel ?? model.Name, output);
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject
            {
                ["path"] = output,
                ["base"] = model.Path,
                ["modules"] = result.ModuleCount,
                ["scaled_modules"] = result.ScaledModuleCount,
                ["worst_rounding"] = result.WorstRounding,
            });
        }
        else
        {
            await console.Out.WriteLineAsync($"wrote {output}: {result.ModuleCount} matrices, {Precision(result)}").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }

    private static string Precision(AdapterConversionResult result) => result switch
    {
        { WorstRounding: > 0 } => $"rounded by {result.WorstRounding:E1} at most",
        { ScaledModuleCount: > 0 } => $"exact; {result.ScaledModuleCount} of them took a part of their scale into B",
        _ => "exact",
    };

    private static void RequireOutput(AdapterFile adapter, string output)
    {
        var isGguf = output.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
        if (adapter.Format == AdapterFormat.Peft && !isGguf)
            throw new CliException($"'{adapter.Name}' is a PEFT folder, which becomes a file: name one that ends in .gguf.", ExitCode.Usage);
        if (adapter.Format == AdapterFormat.Gguf && (isGguf || File.Exists(output)))
            throw new CliException($"'{adapter.Name}' is a GGUF adapter, which becomes a folder: name one.", ExitCode.Usage);
        if (isGguf) OutputPath.RequireFile(output);
    }

    private static StoredModel FindBase(AdapterFile adapter, string? named)
    {
        if (named is not null) return ModelStore.CreateDefault().Resolve(named);

        const string hint = "name the base model with --base";
        if (adapter.BaseModel is not { Length: > 0 } model)
            throw new CliException($"The adapter does not say what it is made for: {hint}.", ExitCode.Usage);

        try
        {
            return ModelStore.CreateDefault().Resolve(model);
        }
        catch (ModelNotFoundException)
        {
            throw new CliException($"The adapter is made for '{model}', which is not here: {hint}.", ExitCode.NotFound);
        }
    }

    private static DecoderConfiguration ReadDecoder(StoredModel model)
    {
        if (model.Format == ModelFormat.HuggingFace) return DecoderConfiguration.FromFolder(model.Path);

        using var file = GgufFile.Open(model.Path);
        return DecoderConfiguration.FromGguf(file);
    }
}
