using System.CommandLine;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Hub.Inspection;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn models show</c>: what a model file says about itself; no weights are loaded.</summary>
internal sealed class ModelsShowCommand : CairnCommand
{
    private readonly Argument<string> _model = new("model") { Description = "A file, a folder or a name of the store." };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "Also list every tensor." };

    public ModelsShowCommand()
        : base("show", "Show metadata, sizes by type, tokenizer, template and memory of a model.",
            "cairn models show smollm2-135m-instruct",
            "cairn models show all-minilm-l6-v2 --tensors --json")
    {
        Arguments.Add(_model);
        Options.Add(_tensors);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var model = await ModelStore.CreateDefault().Resolve(arguments.GetValue(_model)!).WithSha256Async(cancellationToken).ConfigureAwait(false);
        var inspection = ModelInspector.Inspect(model);
        var tensors = arguments.GetValue(_tensors);
        if (arguments.GetValue(Json)) console.WriteJson(InspectionText.ToJson(inspection, tensors));
        else console.WriteNow(InspectionText.Format(inspection, tensors));
        return ExitCode.Success;
    }
}
