namespace Cairn.Cli.CommandLine;

/// <summary>Refuses a place that a result cannot be written to before any work is done.</summary>
internal static class OutputPath
{
    /// <summary>Requires that a file can be written: its folder exists, it is no folder itself, and it is no input.</summary>
    /// <param name="output">The file to write.</param>
    /// <param name="inputs">Files that are read.</param>
    /// <exception cref="CliException">It cannot.</exception>
    public static void RequireFile(string output, params ReadOnlySpan<string> inputs)
    {
        output = Path.GetFullPath(output);
        if (Directory.Exists(output)) throw new CliException($"'{output}' is a folder; name the file to write.", ExitCode.Usage);

        foreach (var input in inputs)
        {
            if (Path.GetFullPath(input) == output)
                throw new CliException($"'{output}' is read and cannot be written as well; name another file.", ExitCode.Usage);
        }

        var folder = Path.GetDirectoryName(output);
        if (!Directory.Exists(folder))
            throw new CliException($"There is no folder '{folder}' to write '{Path.GetFileName(output)}' into; create it first.", ExitCode.NotFound);
    }
}
