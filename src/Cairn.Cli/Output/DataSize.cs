using System.Globalization;

namespace Cairn.Cli.Output;

/// <summary>A number of bytes as people read it.</summary>
internal static class DataSize
{
    /// <summary>The size in the largest decimal unit that leaves a whole number: <c>105.5 MB</c>, <c>2.1 kB</c>, <c>128 B</c>.</summary>
    /// <param name="bytes">The size.</param>
    public static string Format(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 999_950 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB"),
        < 999_950_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N2} GB"),
    };
}
