using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.Output;
using Cairn.Inference.Benchmarks;

namespace Cairn.Cli.Commands;

/// <summary>A measurement of a model, with what it is held against.</summary>
internal sealed record BenchResult(
    ThroughputReport Report, MachineReport Machine, double? Others, Roofline? Roofline, EarlierBench? Earlier)
{
    /// <summary>For people.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        var settings = Report.Settings;
        var together = settings.Sequences > 1 ? $" by each of {settings.Sequences} sequences" : "";
        await output.WriteLineAsync($"prefill  {Report.PrefillTokensPerSecond,9:N1} tokens/s  ({settings.PromptTokens} tokens)").ConfigureAwait(false);
        await output.WriteLineAsync($"decode   {Report.DecodeTokensPerSecond,9:N1} tokens/s  ({settings.GeneratedTokens} tokens{together}, after {settings.Depth})").ConfigureAwait(false);
        await output.WriteLineAsync($"load     {Report.LoadSeconds,9:N2} s").ConfigureAwait(false);
        await output.WriteLineAsync($"memory   {Report.PeakResidentBytes / 1e6,9:N0} MB at most").ConfigureAwait(false);
        if (settings.Sequences == 1)
        {
            await output.WriteLineAsync($"grade    {GradeName(Report.Grade)}; a typical answer of 90 tokens takes {90 / Report.DecodeTokensPerSecond:N1} s").ConfigureAwait(false);
        }

        if (Roofline is not null) await Roofline.WriteAsync(output).ConfigureAwait(false);
        if (Earlier is not null) await Earlier.WriteAsync(output, Report, Machine).ConfigureAwait(false);
        await ForeignLoad.WriteAsync(output, Others).ConfigureAwait(false);
    }

    /// <summary>For scripts, and for <c>--compare</c>: the settings lie flat beside the figures.</summary>
    public JsonObject ToJson()
    {
        var json = JsonSerializer.SerializeToNode(Report.Settings, CliJson.Default.ThroughputSettings)!.AsObject();
        json["prefill_tokens_per_second"] = Report.PrefillTokensPerSecond;
        json["decode_tokens_per_second"] = Report.DecodeTokensPerSecond;
        json["load_seconds"] = Report.LoadSeconds;
        json["peak_resident_bytes"] = Report.PeakResidentBytes;
        json["grade"] = GradeName(Report.Grade);
        json["prefill_operations_per_second"] = Report.PrefillOperationsPerSecond;
        json["decode_bytes_per_second"] = Report.DecodeBytesPerSecond;
        json["prefill_runs"] = new JsonArray([.. Report.PrefillRuns.Select(value => (JsonNode)value)]);
        json["decode_runs"] = new JsonArray([.. Report.DecodeRuns.Select(value => (JsonNode)value)]);
        json["machine"] = Machine.ToJson();
        json["processors_used_by_others"] = Others;
        json["roofline"] = Roofline?.ToJson();
        json["compared"] = Earlier?.ToJson(Report, Machine);
        return json;
    }

    private static string GradeName(ThroughputGrade grade) => grade.ToString().ToLowerInvariant();
}
