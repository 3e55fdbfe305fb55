using System.Globalization;

namespace Cairn.Cli.CommandLine;

/// <summary>A clock that always shows one moment, in that moment's time zone.</summary>
internal sealed class PinnedClock(DateTimeOffset moment) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone { get; } =
        TimeZoneInfo.CreateCustomTimeZone("pinned", moment.Offset, "pinned", "pinned");

    /// <summary>Reads a moment in ISO 8601; UTC where it names no offset.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => moment.ToUniversalTime();
}
