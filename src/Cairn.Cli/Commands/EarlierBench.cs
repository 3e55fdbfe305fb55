using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;
using Cairn.Inference.Benchmarks;

namespace Cairn.Cli.Commands;

/// <summary>An earlier output of <c>bench --json</c>, to compare with.</summary>
/// <param name="Path">The file.</param>
/// <param name="Processor">Where it was measured.</param>
/// <param name="Settings">What was measured.</param>
/// <param name="Prefill">Tokens a second.</param>
/// <param name="Decode">Tokens a second.</param>
internal sealed record EarlierBench(string Path, string Processor, ThroughputSettings Settings, double Prefill, double Decode)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="CliException">The file is something else, or of a version that did not say what it measured.</exception>
    public static EarlierBench Load(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!;
            return new EarlierBench(
                path,
                (string)json["machine"]!["processor"]!,
                json.Deserialize(CliJson.Default.ThroughputSettings)!,
                Rate(json, "prefill_tokens_per_second"),
                Rate(json, "decode_tokens_per_second"));
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new CliException($"'{path}' is not what cairn bench --json prints: {exception.Message}", ExitCode.BadFile);
        }
    }

    /// <summary>Refuses a comparison of different things.</summary>
    /// <exception cref="CliException">A setting differs.</exception>
    public void RequireSame(ThroughputSettings now)
    {
        var differences = now.DifferencesFrom(Settings);
        if (differences.Count > 0)
        {
            throw new CliException($"'{Path}' measured something else and cannot be compared: {string.Join("; ", differences)}.");
        }
    }

    /// <summary>For people.</summary>
    public async Task WriteAsync(TextWriter output, ThroughputReport now, MachineReport machine)
    {
        var place = Processor == machine.Processor ? $"both on {Processor}" : $"earlier on {Processor}, now on {machine.Processor}: two machines";
        await output.WriteLineAsync(
            $"compared prefill {now.PrefillTokensPerSecond / Prefill:N2} x, decode {now.DecodeTokensPerSecond / Decode:N2} x of {System.IO.Path.GetFileName(Path)} ({place})").ConfigureAwait(false);
    }

    /// <summary>For scripts.</summary>
    public JsonObject ToJson(ThroughputReport now, MachineReport machine) => new()
    {
        ["file"] = Path,
        ["processor"] = Processor,
        ["same_processor"] = Processor == machine.Processor,
        ["prefill_ratio"] = now.PrefillTokensPerSecond / Prefill,
        ["decode_ratio"] = now.DecodeTokensPerSecond / Decode,
    };

    private static double Rate(JsonNode json, string name)
    {
        var rate = (double)json[name]!;
        return rate > 0 && double.IsFinite(rate)
            ? rate
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is {rate}; expected a positive number."));
    }
}
