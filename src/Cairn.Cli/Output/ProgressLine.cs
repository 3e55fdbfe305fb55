namespace Cairn.Cli.Output;

/// <summary>
/// Progress of long work on standard error: one line that is redrawn on a terminal, and nothing at all elsewhere.
/// Appears only after the work has taken a moment.
/// </summary>
internal sealed class ProgressLine(CliConsole console, string label) : IProgress<double>, IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly long _started = console.Time.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _last = TimeSpan.MinValue;
    private int _width;

    /// <summary>Shows how much is done, 0 to 1.</summary>
    public void Report(double value) => Report(value, "");

    /// <summary>Shows how much is done, 0 to 1, and what is at work now.</summary>
    public void Report(double value, string detail)
    {
        if (!console.ShowsProgress) return;
        lock (_gate)
        {
            var now = console.Time.GetElapsedTime(_started);
            if (now < Patience || (_last != TimeSpan.MinValue && now - _last < Interval)) return;
            _last = now;
            Draw(Math.Clamp(value, 0, 1), detail, now);
        }
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_width == 0) return;
            console.Error.Write('\r' + new string(' ', _width) + '\r');
            _width = 0;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Clear();

    private void Draw(double value, string detail, TimeSpan elapsed)
    {
        var filled = (int)(value * BarWidth);
        var left = value > 0.02 ? TimeSpan.FromSeconds(elapsed.TotalSeconds / value * (1 - value)) : (TimeSpan?)null;
        var rest = left is { } time ? $" {time:m\\:ss} left" : "";
        var line = $"{label} [{new string('#', filled)}{new string('.', BarWidth - filled)}] {value,4:P0}{rest} {detail}";
        if (line.Length > 100) line = line[..99] + "…";
        console.Error.Write('\r' + line.PadRight(_width));
        _width = line.Length;
    }
}
