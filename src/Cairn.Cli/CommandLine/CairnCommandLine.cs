using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.CompilerServices;
using Cairn.Cli.Commands;
using Cairn.Cli.Output;

namespace Cairn.Cli.CommandLine;

/// <summary>The whole <c>cairn</c> command line: parses and runs it against a console.</summary>
internal static class CairnCommandLine
{
    private static readonly ConditionalWeakTable<Command, CliConsole> Consoles = [];

    /// <summary>Every command, ready to parse.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Cairn: ask your documents, run and measure language models, all on this machine.");
        foreach (var command in CommandList.Create()) root.Subcommands.Add(command);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction standard) help.Action = new HelpWithExamples(standard);
        }

        return root;
    }

    /// <summary>Runs one command line; returns the exit code (<see cref="ExitCode"/>).</summary>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> arguments, CliConsole console, CancellationToken cancellationToken = default)
    {
        var root = Create();
        Consoles.Add(root, console);
        var parsed = root.Parse(arguments);
        var configuration = new InvocationConfiguration
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            // Commands notice Ctrl-C between tokens or files; a process that does not is ended after this long.
            ProcessTerminationTimeout = (parsed.CommandResult.Command as CairnCommand)?.GracePeriod ?? TimeSpan.Zero,
        };
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await console.Error.WriteLineAsync($"cairn: {error.Message}").ConfigureAwait(false);
            var path = CommandPath(parsed.CommandResult.Command);
            await console.Error.WriteLineAsync($"Try '{path} --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        var code = await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        await console.FlushAsync().ConfigureAwait(false);
        return code;
    }

    /// <summary>The console that the parsed command line writes to.</summary>
    public static CliConsole ConsoleOf(ParseResult arguments) =>
        Consoles.TryGetValue(arguments.RootCommandResult.Command, out var console) ? console : CliConsole.System();

    private static string CommandPath(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is Command; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol is RootCommand ? "cairn" : symbol.Name);
        }

        return string.Join(' ', names);
    }
}
