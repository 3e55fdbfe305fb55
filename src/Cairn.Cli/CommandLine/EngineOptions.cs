using System.CommandLine;
using Cairn.AI;
using Cairn.Tensors;

namespace Cairn.Cli.CommandLine;

/// <summary>The options of every command that runs a model: which, with how many threads, in which arithmetic.</summary>
internal sealed class EngineOptions
{
    private readonly Option<string?> _model;
    private readonly Option<int?> _threads = new("--threads", "-t")
    {
        Description = "Threads of the engine (default: one per physical core).",
        HelpName = "count",
    };

    private readonly Option<string> _activations = new("--activations")
    {
        Description = "Arithmetic: int8 activations (fast; 16 bits in embedding models) or f32 (the reference).",
        DefaultValueFactory = _ => "int8",
    };

    private readonly Option<string?> _kvType = new("--kv-type")
    {
        Description = "How keys and values are kept: f16, q8_0 (half the memory) or f32 (default: f16; f32 with --activations f32).",
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="modelDescription">What the model does here, and the default.</param>
    /// <param name="modelOption">Name of the option that takes the model.</param>
    public EngineOptions(Command command, string modelDescription, string modelOption = "--model")
    {
        string[] aliases = modelOption == "--model" ? ["-m"] : [];
        _model = new Option<string?>(modelOption, aliases)
        {
            Description = modelDescription + " A file, a folder or a name of the store.",
            HelpName = "model",
        };
        _activations.AcceptOnlyFromAmong("int8", "f32");
        _kvType.AcceptOnlyFromAmong(KvTypeName.All);
        _threads.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1 or > 1024)
            {
                result.AddError("--threads must be between 1 and 1024.");
            }
        });
        command.Options.Add(_model);
        command.Options.Add(_threads);
        command.Options.Add(_activations);
        command.Options.Add(_kvType);
    }

    /// <summary>What was given on the command line.</summary>
    public LocalModelOptions Read(ParseResult arguments) => new()
    {
        Model = arguments.GetValue(_model),
        Threads = arguments.GetValue(_threads),
        Activation = arguments.GetValue(_activations) == "f32" ? ActivationType.Float32 : ActivationType.Int8,
        KvType = KvTypeName.Parse(arguments.GetValue(_kvType)),
    };
}
