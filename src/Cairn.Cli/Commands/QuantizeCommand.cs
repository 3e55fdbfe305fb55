using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Hub;
using Cairn.Hub.Quantization;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn quantize</c>: the same model with fewer bits a weight.</summary>
internal sealed class QuantizeCommand : CairnCommand
{
    private readonly Argument<string> _input = new("input") { Description = "An unquantised GGUF file, a Hugging Face folder or a name of the store." };
    private readonly Argument<string> _type = new("type")
    {
        Description = $"The mixture of types: {string.Join(", ", QuantizationPreset.All.Select(preset => preset.Name))}.",
    };

    private readonly Argument<FileInfo> _output = new("output") { Description = "GGUF file to write; replaced only when the new one is complete." };
    private readonly Option<FileInfo?> _importance = new("--imatrix")
    {
        Description = "Importance matrix (see cairn imatrix): which columns matter.",
        HelpName = "file",
    };

    private readonly Option<bool> _pure = new("--pure") { Description = "Every matrix in the base type, without the mixture's exceptions." };
    private readonly Option<bool> _requantize = new("--allow-requantize") { Description = "Also round what is quantised already; adds a second error." };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "Also list every tensor with its error." };
    private readonly Option<int?> _threads = new("--threads", "-t") { Description = "Threads (default: one per processor).", HelpName = "count" };

    public QuantizeCommand()
        : base("quantize", "Write a model with fewer bits a weight.",
            "cairn quantize model-F16.gguf Q4_K_M model-Q4_K_M.gguf",
            "cairn quantize model-F16.gguf Q3_K_M model-Q3_K_M.gguf --imatrix model.imatrix.gguf --json")
    {
        _type.Validators.Add(result =>
        {
            var name = result.Tokens[0].Value;
            if (QuantizationPreset.Find(name) is null)
            {
                result.AddError($"There is no type '{name}'; possible: {string.Join(", ", QuantizationPreset.All.Select(preset => preset.Name))}.");
            }
        });
        _threads.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1 or > 1024) result.AddError("--threads must be between 1 and 1024.");
        });
        Arguments.Add(_input);
        Arguments.Add(_type);
        Arguments.Add(_output);
        Options.Add(_importance);
        Options.Add(_pure);
        Options.Add(_requantize);
        Options.Add(_tensors);
        Options.Add(_threads);
    }

    /// <inheritdoc/>
    public override TimeSpan GracePeriod => TimeSpan.FromSeconds(3);

    protected override async Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken)
    {
        var name = arguments.GetValue(_input)!;
        var input = File.Exists(name) || Directory.Exists(name) ? name : ModelStore.CreateDefault().Resolve(name).Path;
        var output = arguments.GetValue(_output)!;
        OutputPath.RequireFile(output.FullName, input);
        var options = new QuantizationOptions
        {
            Preset = QuantizationPreset.Get(arguments.GetValue(_type)!),
            IsPure = arguments.GetValue(_pure),
            AllowsRequantizing = arguments.GetValue(_requantize),
            Importance = arguments.GetValue(_importance) is { } file ? ImportanceMatrixFile.Read(file.FullName) : null,
            Threads = arguments.GetValue(_threads) ?? Environment.ProcessorCount,
        };
        if (options.Preset.NeedsImportance && options.Importance is null && !options.IsPure)
        {
            throw new CliException($"{options.Preset} is useless without an importance matrix; give --imatrix.", ExitCode.Usage);
        }

        using var line = new ProgressLine(console, "quantizing");
        var report = ModelQuantizer.Quantize(input, output.FullName, options, new WriteProgressLine(line), cancellationToken);
        line.Clear();
        if (report.RequantizedCount > 0)
        {
            await console.Error.WriteLineAsync(
                $"cairn: {report.RequantizedCount} tensors were quantised already; their errors add up.").ConfigureAwait(false);
        }

        if (arguments.GetValue(Json)) console.WriteJson(ToJson(report, arguments.GetValue(_tensors)));
        else await WriteAsync(console.Out, report, arguments.GetValue(_tensors)).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(TextWriter output, QuantizationReport report, bool tensors)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"wrote {report.Path}: {report.Preset}, {DataSize.Format(report.SizeInBytes)} (from {DataSize.Format(report.SourceSizeInBytes)}), {report.BitsPerWeight:F2} bits a weight, relative error {report.Conversion.RelativeError:F4}")).ConfigureAwait(false);
        foreach (var group in report.Tensors.GroupBy(tensor => tensor.To).OrderByDescending(group => group.Sum(tensor => tensor.SizeInBytes)))
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{group.Key,-8} {group.Count(),5} tensors {DataSize.Format(group.Sum(tensor => tensor.SizeInBytes)),10}")).ConfigureAwait(false);
        }

        if (!tensors) return;
        await output.WriteLineAsync().ConfigureAwait(false);
        var width = report.Tensors.Max(tensor => tensor.Name.Length);
        foreach (var tensor in report.Tensors)
        {
            var error = tensor.Conversion is { } conversion
                ? string.Create(CultureInfo.InvariantCulture, $"error {conversion.RelativeError:F4}")
                : "copied";
            await output.WriteLineAsync($"{tensor.Name.PadRight(width)} {tensor.From,-6} {tensor.To,-6} {error}").ConfigureAwait(false);
        }
    }

    private static JsonObject ToJson(QuantizationReport report, bool tensors)
    {
        var result = new JsonObject
        {
            ["path"] = report.Path,
            ["type"] = report.Preset,
            ["size_in_bytes"] = report.SizeInBytes,
            ["source_size_in_bytes"] = report.SourceSizeInBytes,
            ["weights"] = report.ParameterCount,
            ["bits_per_weight"] = report.BitsPerWeight,
            ["rmse"] = report.Conversion.RootMeanSquareError,
            ["relative_error"] = report.Conversion.RelativeError,
            ["requantized"] = report.RequantizedCount,
            ["types"] = new JsonObject(report.Tensors.GroupBy(tensor => tensor.To).OrderBy(group => group.Key)
                .Select(group => KeyValuePair.Create(group.Key.ToString(), (JsonNode?)new JsonObject
                {
                    ["tensors"] = group.Count(),
                    ["size_in_bytes"] = group.Sum(tensor => tensor.SizeInBytes),
                }))),
        };
        if (tensors)
        {
            result["tensors"] = new JsonArray([.. report.Tensors.Select(tensor => (JsonNode)new JsonObject
            {
                ["name"] = tensor.Name,
                ["from"] = tensor.From.ToString(),
                ["to"] = tensor.To.ToString(),
                ["size_in_bytes"] = tensor.SizeInBytes,
                ["rmse"] = tensor.Conversion?.RootMeanSquareError,
                ["relative_error"] = tensor.Conversion?.RelativeError,
            })]);
        }

        return result;
    }
}
