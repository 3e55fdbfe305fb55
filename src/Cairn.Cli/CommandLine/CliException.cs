namespace Cairn.Cli.CommandLine;

/// <summary>A failure the command can explain: its message is printed as it is, its code becomes the exit code.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failure) : Exception(message)
{
    /// <summary>One of <see cref="CommandLine.ExitCode"/>.</summary>
    public int Code { get; } = exitCode;
}
