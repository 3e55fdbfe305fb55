namespace Cairn.Cli.CommandLine;

/// <summary>What the process tells its caller; docs/cli.md lists them for users.</summary>
internal static class ExitCode
{
    /// <summary>The command did what was asked.</summary>
    public const int Success = 0;

    /// <summary>It could not, for a reason printed on standard error.</summary>
    public const int Failure = 1;

    /// <summary>The command line was wrong: unknown command, missing argument, value out of range.</summary>
    public const int Usage = 2;

    /// <summary>A file from outside (model, index, tokenizer, template) is damaged or not what it claims to be.</summary>
    public const int BadFile = 3;

    /// <summary>A file, folder or model that was named does not exist.</summary>
    public const int NotFound = 4;

    /// <summary>The request does not fit the model's context window.</summary>
    public const int ContextOverflow = 5;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    public const int Cancelled = 130;
}
