using System.CommandLine;
using Cairn.Cli.Output;

namespace Cairn.Cli.CommandLine;

/// <summary>A command with examples in its help and one way to report failures.</summary>
internal abstract class CairnCommand : Command
{
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="examples">Whole command lines that work as they stand.</param>
    protected CairnCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        Options.Add(Json);
        SetAction(InvokeAsync);
    }

    /// <summary>Command lines that the help shows; a test parses each.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Print one JSON object on standard output instead of text.</summary>
    protected Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object instead of text.",
    };

    /// <summary>How long Ctrl-C waits for a command to stop by itself: it is ended after that. Longer where files are to be removed.</summary>
    public virtual TimeSpan GracePeriod => TimeSpan.FromMilliseconds(180);

    /// <summary>Does the work; exceptions are turned into messages and exit codes by the caller.</summary>
    protected abstract Task<int> RunAsync(ParseResult arguments, CliConsole console, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var console = CairnCommandLine.ConsoleOf(arguments);
        try
        {
            // On a worker thread: Ctrl-C must find this one free, however long a step of the work takes.
            return await Task.Run(() => RunAsync(arguments, console, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (IOException) when (console.OutputClosed)
        {
            // The reader of a pipe went away (cairn … | head): nothing is wrong.
            return ExitCode.Success;
        }
        catch (Exception exception) when (FailureReport.TryDescribe(exception, out var report))
        {
            await report.WriteAsync(console, arguments.GetValue(Json)).ConfigureAwait(false);
            return report.ExitCode;
        }
        catch (Exception defect)
        {
            var report = FailureReport.OfDefect(defect);
            await report.WriteAsync(console, arguments.GetValue(Json)).ConfigureAwait(false);
            return report.ExitCode;
        }
    }
}
