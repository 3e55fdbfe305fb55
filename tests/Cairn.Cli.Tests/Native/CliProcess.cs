using System.Diagnostics;
using Cairn.Cli.Tests.CommandLine;

namespace Cairn.Cli.Tests.Native;

/// <summary>Runs a program to its end, without input.</summary>
internal static class CliProcess
{
    /// <summary>The command compiled as it runs, with the widest vectors that the native build has: so both give the same bits.</summary>
    public static Task<CliRun> RunJitAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "cairn.dll"), .. arguments], cancellationToken);

    /// <summary>What the program wrote and its exit code; a cancelled one is ended.</summary>
    public static async Task<CliRun> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableAVX512"] = "0" },
        };
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new CliRun(process.ExitCode, output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
