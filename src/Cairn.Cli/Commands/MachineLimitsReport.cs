using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Tensors.Limits;

namespace Cairn.Cli.Commands;

/// <summary>The limits of a machine, as printed by <c>bench --machine</c> and read back by <c>bench --roofline FILE</c>.</summary>
/// <param name="Processor">The processor that they belong to.</param>
/// <param name="Limits">What was measured.</param>
/// <param name="Others">Processors that other programs used meanwhile; null where unknown.</param>
internal sealed record MachineLimitsReport(string Processor, MachineLimits Limits, double? Others = null)
{
    /// <summary>Reads what <c>bench --machine --json</c> printed.</summary>
    /// <exception cref="CliException">The file is something else.</exception>
    public static MachineLimitsReport Load(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path));
            var limits = json!["limits"]!.AsArray().Select(limit => Parse(limit!)).ToList();
            return new MachineLimitsReport((string)json["machine"]!["processor"]!, new MachineLimits(limits));
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException or InvalidOperationException
            or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw new CliException(
                $"'{path}' is not what cairn bench --machine --json prints: {exception.Message}", ExitCode.BadFile);
        }
    }

    /// <summary>For people.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        await output.WriteLineAsync($"{"threads",7}  {"median",9}  {"min – max",21}  unit").ConfigureAwait(false);
        foreach (var limit in Limits.Limits)
        {
            var range = $"{limit.Minimum:N1} – {limit.Maximum:N1}";
            await output.WriteLineAsync($"{limit.Threads,7}  {limit.Median,9:N1}  {range,21}  {limit.Unit,-8} {limit.Name}").ConfigureAwait(false);
        }

        await ForeignLoad.WriteAsync(output, Others).ConfigureAwait(false);
    }

    /// <summary>For scripts.</summary>
    public JsonObject ToJson(MachineReport machine) => new()
    {
        ["machine"] = machine.ToJson(),
        ["processors_used_by_others"] = Others,
        ["limits"] = new JsonArray([.. Limits.Limits.Select(limit => (JsonNode)new JsonObject
        {
            ["kind"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(limit.Kind.ToString()),
            ["name"] = limit.Name,
            ["threads"] = limit.Threads,
            ["unit"] = limit.Unit,
            ["median"] = limit.Median,
            ["minimum"] = limit.Minimum,
            ["maximum"] = limit.Maximum,
            ["runs"] = limit.Runs,
        })]),
    };

    private static MachineLimit Parse(JsonNode limit)
    {
        var kind = ((string)limit["kind"]!).Replace("_", "", StringComparison.Ordinal);
        var parsed = new MachineLimit(
            Enum.Parse<LimitKind>(kind, ignoreCase: true), (string)limit["name"]!, (int)limit["threads"]!,
            (double)limit["median"]!, (double)limit["minimum"]!, (double)limit["maximum"]!, (int)limit["runs"]!);
        return parsed.Median > 0 && double.IsFinite(parsed.Median)
            ? parsed
            : throw new FormatException($"the rate of '{parsed.Name}' is {parsed.Median}; expected a positive number.");
    }
}
