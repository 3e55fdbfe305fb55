using Cairn.Cli.CommandLine;
using Cairn.Cli.Output;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>Runs a command line in this process and keeps what it wrote.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static Task<CliRun> InvokeAsync(string[] arguments, string input = "", CancellationToken cancellationToken = default) =>
        InvokeAsync(arguments, input, terminalClock: null, cancellationToken);

    /// <summary>Runs it as if standard error were a terminal, with this clock.</summary>
    public static Task<CliRun> InvokeOnTerminalAsync(string[] arguments, TimeProvider clock, CancellationToken cancellationToken) =>
        InvokeAsync(arguments, "", clock, cancellationToken);

    private static async Task<CliRun> InvokeAsync(
        string[] arguments, string input, TimeProvider? terminalClock, CancellationToken cancellationToken)
    {
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var console = new CliConsole(reader, output, error, isInteractive: false, showsProgress: terminalClock is not null)
        {
            Time = terminalClock ?? TimeProvider.System,
        };

        var code = await CairnCommandLine.InvokeAsync(arguments, console, cancellationToken);

        return new CliRun(code, output.ToString(), error.ToString());
    }
}
