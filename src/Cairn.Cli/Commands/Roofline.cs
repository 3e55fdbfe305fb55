using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Inference.Benchmarks;
using Cairn.Tensors.Limits;

namespace Cairn.Cli.Commands;

/// <summary>Where a measured speed stands between nothing and the limits of the machine.</summary>
/// <param name="Int8Peak">Median of the fastest integer loop, Gop/s; null where no loop serves the processor.</param>
/// <param name="ReadRate">Median of the fastest reading of memory, GB/s.</param>
/// <param name="Report">The measurement.</param>
internal sealed record Roofline(double? Int8Peak, double ReadRate, ThroughputReport Report)
{
    /// <summary>Operations of the prefill as a share of the peak.</summary>
    public double? PrefillShare => Report.PrefillOperationsPerSecond / 1e9 / Int8Peak;

    /// <summary>Bytes of the decoding as a share of the read rate; above 1 when caches hold a part of the weights.</summary>
    public double DecodeShare => Report.DecodeBytesPerSecond / 1e9 / ReadRate;

    /// <summary>Holds a measurement against the limits for its threads.</summary>
    /// <exception cref="CliException">The limits are another machine's, or were not measured for these threads.</exception>
    public static Roofline Of(MachineLimitsReport limits, MachineReport machine, ThroughputReport report)
    {
        var threads = report.Settings.Threads;
        if (limits.Processor != machine.Processor)
        {
            throw new CliException($"The limits were measured on '{limits.Processor}'; this machine is '{machine.Processor}'. Measure them here.");
        }

        var read = limits.Limits.Best(LimitKind.MemoryRead, threads) ?? throw new CliException(
            $"The limits do not hold a read rate for {threads} threads. Measure them with cairn bench --machine --threads {threads}.");
        return new Roofline(limits.Limits.Best(LimitKind.Int8Peak, threads)?.Median, read.Median, report);
    }

    /// <summary>For people.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        var peak = Int8Peak is { } gops
            ? $"{PrefillShare:P0} of the int8 peak of {gops:N0} Gop/s"
            : "no int8 peak measured on this processor";
        await output.WriteLineAsync($"roofline prefill at {Report.PrefillOperationsPerSecond / 1e9:N0} Gop/s: {peak}").ConfigureAwait(false);
        await output.WriteLineAsync($"roofline decode at {Report.DecodeBytesPerSecond / 1e9:N1} GB/s: {DecodeShare:P0} of the read rate of {ReadRate:N1} GB/s").ConfigureAwait(false);
    }

    /// <summary>For scripts.</summary>
    public JsonObject ToJson() => new()
    {
        ["int8_peak_gops"] = Int8Peak,
        ["read_rate_gbs"] = ReadRate,
        ["prefill_share"] = PrefillShare,
        ["decode_share"] = DecodeShare,
    };
}
