namespace Cairn.Models.Tests.ChatTemplates;

/// <summary>The moment that the reference renders are pinned to.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2025, 7, 4, 12, 34, 56, TimeSpan.Zero);
}
