using System.CommandLine;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub.Conversion;
using Cairn.Tensors;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn convert</c>: a Hugging Face folder to one GGUF file, or a GGUF file to a folder.</summary>
internal sealed class ConvertCommand : CairnCommand
{
    private readonly Argument<string> _input = new("input")
    {
        Description = "Folder with config.json, safetensors and tokenizer files; or a GGUF file.",
    };

    private readonly Argument<string> _output = new("output")
    {
        Description = "For a folder: the GGUF file to write, replaced only when the new one is complete. For a file: the folder to write, absent or empty.",
    };

    private readonly Option<string> _type = new("--type")
    {
        Description = $"Element type of the weights: {string.Join(", ", GgufConverter.TargetTypes)}; of a folder {string.Join(", ", FolderConverter.TargetTypes)}.",
        DefaultValueFactory = _ => new ConversionOptions().Type.ToString(),
        HelpName = "type",
    };

    private readonly Option<string?> _name = new("--name") { Description = "Name written into the file (default: from the folder).", HelpName = "text" };
    private readonly Option<string?> _license = new("--license") { Description = "Licence written into the file.", HelpName = "text" };
    private readonly Option<string?> _source = new("--source") { Description = "Origin written into the file, such as a URL.", HelpName = "text" };

    public ConvertCommand()
        : base("convert", "Convert a Hugging Face folder (safetensors) to GGUF, or a GGUF file to such a folder.",
            "cairn convert all-MiniLM-L6-v2 all-minilm-l6-v2.gguf --type Q8_0",
            "cairn convert model-Q4_K_M.gguf model-folder --type BF16")
    {
        _type.AcceptOnlyFromAmong([.. GgufConverter.TargetTypes.Select(type => type.ToString())]);
        Arguments.Add(_input);
        Arguments.Add(_output);
        Options.Add(_type);
        Options.Add(_name);
        Options.Add(_license);
        Options.Add(_source);
    }

    /// <inheritdoc/>
    public override TimeSpan GracePeriod => TimeSpan.FromSeconds(3);

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var input = Path.GetFullPath(arguments.GetValue(_input)!);
        var output = Path.GetFullPath(arguments.GetValue(_output)!);
        var isFolder = Directory.Exists(input);
        if (!isFolder && !File.Exists(input)) throw new CliException($"There is no folder or file '{input}'.", ExitCode.NotFound);

        var type = Enum.Parse<GgmlType>(arguments.GetValue(_type)!);
        if (!isFolder && !FolderConverter.TargetTypes.Contains(type))
        {
            throw new CliException(
                $"The weights of a folder cannot be {type}; possible: {string.Join(", ", FolderConverter.TargetTypes)}.", ExitCode.Usage);
        }

        RequireOutput(input, output, isFolder);
        var options = new ConversionOptions
        {
            Type = type,
            Name = arguments.GetValue(_name),
            License = arguments.GetValue(_license),
            Source = arguments.GetValue(_source),
        };
        using var line = new ProgressLine(console, "converting");
        var progress = new WriteProgressLine(line);
        var report = await Task.Run(
            () =>
            {
                if (isFolder) return GgufConverter.Convert(input, output, options, progress, cancellationToken);

                FolderConverter.Convert(input, output, type, progress, cancellationToken);
                return new ConversionReport([]);
            },
            cancellationToken).ConfigureAwait(false);
        line.Clear();
        await ReportAsync(console, output, type, report, arguments.GetValue(Json)).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static void RequireOutput(string input, string output, bool isFolder)
    {
        if (isFolder && File.Exists(Path.Combine(input, "adapter_config.json")) && !File.Exists(Path.Combine(input, "config.json")))
            throw new CliException($"'{input}' is a LoRA adapter; convert it with 'cairn adapters convert'.", ExitCode.Usage);
        if (isFolder) OutputPath.RequireFile(output);
        else if (File.Exists(output) || output.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            throw new CliException($"A GGUF file becomes a folder, and '{output}' names a file; 'cairn quantize' writes another GGUF file.", ExitCode.Usage);
    }

    private static async Task ReportAsync(CliConsole console, string output, GgmlType type, ConversionReport report, bool isJson)
    {
        var size = File.Exists(output)
            ? new FileInfo(output).Length
            : new DirectoryInfo(output).EnumerateFiles().Sum(file => file.Length);
        if (isJson)
        {
            var json = new JsonObject { ["path"] = output, ["type"] = type.ToString(), ["size_in_bytes"] = size };
            if (report.LeftOut.Count > 0) json["left_out"] = new JsonArray([.. report.LeftOut.Select(name => (JsonNode)name)]);
            console.WriteJson(json);
        }
        else
        {
            await console.Out.WriteLineAsync($"wrote {output}: {type}, {DataSize.Format(size)}").ConfigureAwait(false);
            if (report.LeftOutText is { } leftOut) await console.Error.WriteLineAsync($"left out: {leftOut}").ConfigureAwait(false);
        }
    }
}
