namespace Cairn.Cli.Output;

/// <summary>Progress of a model that reads prompts: a <see cref="ProgressLine"/> for each, gone when the prompt is read.</summary>
internal sealed class PromptLine(CliConsole console) : IProgress<double>, IDisposable
{
    private ProgressLine? _line;

    /// <summary>Shows how much of a prompt has been read, 0 to 1; 1 ends it.</summary>
    public void Report(double value)
    {
        _line ??= new ProgressLine(console, "reading the prompt");
        if (value < 1) _line.Report(value);
        else Dispose();
    }

    /// <summary>Removes the line, where a prompt was given up.</summary>
    public void Dispose()
    {
        _line?.Dispose();
        _line = null;
    }
}
