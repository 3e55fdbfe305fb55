using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub.Conversion;
using Cairn.Tensors;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn convert</c>: a Hugging Face folder to one GGUF file.</summary>
internal sealed class ConvertCommand : CairnCommand
{
    private readonly Argument<DirectoryInfo> _folder = new("folder") { Description = "Folder with config.json, safetensors and tokenizer files." };
    private readonly Argument<FileInfo> _output = new("output") { Description = "GGUF file to write; replaced only when the new one is complete." };
    private readonly Option<string> _type = new("--type")
    {
        Description = $"Element type of the weights: {string.Join(", ", GgufConverter.TargetTypes)}.",
        DefaultValueFactory = _ => new ConversionOptions().Type.ToString(),
        HelpName = "type",
    };

    private readonly Option<string?> _name = new("--name") { Description = "Name written into the file (default: from the folder).", HelpName = "text" };
    private readonly Option<string?> _license = new("--license") { Description = "Licence written into the file.", HelpName = "text" };
    private readonly Option<string?> _source = new("--source") { Description = "Origin written into the file, such as a URL.", HelpName = "text" };

    public ConvertCommand()
        : base("convert", "Convert a Hugging Face folder (safetensors) to GGUF.",
            "cairn convert all-MiniLM-L6-v2 all-minilm-l6-v2.gguf --type Q8_0")
    {
        _type.AcceptOnlyFromAmong([.. GgufConverter.TargetTypes.Select(type => type.ToString())]);
        Arguments.Add(_folder);
        Arguments.Add(_output);
        Options.Add(_type);
        Options.Add(_name);
        Options.Add(_license);
        Options.Add(_source);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var (folder, output) = (arguments.GetValue(_folder)!, arguments.GetValue(_output)!);
        if (!folder.Exists) throw new CliException($"There is no folder '{folder.FullName}'.", ExitCode.NotFound);

        var defaults = new ConversionOptions();
        var options = new ConversionOptions
        {
            Type = Enum.Parse<GgmlType>(arguments.GetValue(_type)!),
            Name = arguments.GetValue(_name) ?? defaults.Name,
            License = arguments.GetValue(_license) ?? defaults.License,
            Source = arguments.GetValue(_source) ?? defaults.Source,
        };
        using var line = new ProgressLine(console, "converting");
        await Task.Run(
            () => GgufConverter.Convert(folder.FullName, output.FullName, options, new WriteProgressLine(line), cancellationToken), cancellationToken).ConfigureAwait(false);
        line.Clear();
        output.Refresh();
        if (arguments.GetValue(Json))
        {
            console.WriteJson(new JsonObject { ["path"] = output.FullName, ["type"] = options.Type.ToString(), ["size_in_bytes"] = output.Length });
        }
        else
        {
            await console.Out.WriteLineAsync($"wrote {output.FullName}: {options.Type}, {output.Length / 1e6:N1} MB").ConfigureAwait(false);
        }

        return ExitCode.Success;
    }
}
