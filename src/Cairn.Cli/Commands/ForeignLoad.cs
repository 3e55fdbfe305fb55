using System.Diagnostics;
using System.Globalization;

namespace Cairn.Cli.Commands;

/// <summary>How many processors other programs kept busy while something was measured: above none, the figures are too low.</summary>
internal sealed class ForeignLoad
{
    private const string Statistics = "/proc/stat";
    private const double TicksPerSecond = 100; // USER_HZ of every Linux that .NET runs on
    private const double Noticeable = 0.1;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double? _busy = BusySeconds(Statistics);
    private readonly double _own = OwnSeconds();

    /// <summary>Processors that others used since this object was made; null where the system does not say.</summary>
    public double? Processors()
    {
        if (_busy is not { } before || BusySeconds(Statistics) is not { } now) return null;
        return Math.Max(0, now - before - (OwnSeconds() - _own)) / Stopwatch.GetElapsedTime(_started).TotalSeconds;
    }

    /// <summary>A line for people when it matters.</summary>
    public static async Task WriteAsync(TextWriter output, double? processors)
    {
        if (processors > Noticeable)
        {
            await output.WriteLineAsync($"note     other programs kept {processors:N1} processors busy meanwhile: a quiet machine is faster").ConfigureAwait(false);
        }
    }

    /// <summary>Seconds that all processors have worked; null where the file is absent or of another form.</summary>
    internal static double? BusySeconds(string path)
    {
        if (!File.Exists(path)) return null;
        var fields = (File.ReadLines(path).FirstOrDefault() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 9 || fields[0] != "cpu") return null;
        double ticks = 0;
        foreach (var i in (ReadOnlySpan<int>)[1, 2, 3, 6, 7, 8]) // user, nice, system, irq, softirq, steal; not idle and iowait
        {
            if (!double.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
            ticks += value;
        }

        return ticks / TicksPerSecond;
    }

    private static double OwnSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
