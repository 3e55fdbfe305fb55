using System.Diagnostics;

namespace Cairn.Tensors.Tests;

/// <summary>This test program, started once more with other settings of the runtime.</summary>
internal static class TestProgram
{
    private const string SwitchPrefix = "DOTNET_Enable";

    private static string Host => Environment.ProcessPath!;

    // A program of its own, or the dotnet command with a library.
    private static string[] Library =>
        Path.GetFileNameWithoutExtension(Host) == "dotnet" ? [typeof(TestProgram).Assembly.Location] : [];

    /// <summary>How to start the tests of a filter, with all instruction sets of the machine but those of <paramref name="without"/>.</summary>
    /// <param name="filter">Pattern of the tests' names.</param>
    /// <param name="without">Names as in <c>DOTNET_Enable…</c>.</param>
    public static ProcessStartInfo Start(string filter, params string[] without)
    {
        var start = new ProcessStartInfo(Host, [.. Library, "--progress", "off", "--no-ansi", "--filter-method", filter])
        {
            RedirectStandardOutput = true,
        };
        foreach (var other in start.Environment.Keys.Where(k => k.StartsWith(SwitchPrefix, StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(other);
        }

        foreach (var name in without)
        {
            start.Environment[SwitchPrefix + name] = "0";
        }

        return start;
    }

    /// <summary>Runs it and returns what it printed; fails where a test failed.</summary>
    public static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Xunit.Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
