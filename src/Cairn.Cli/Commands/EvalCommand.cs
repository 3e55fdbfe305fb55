using System.CommandLine;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn eval</c>: quality, measured.</summary>
internal sealed class EvalCommand : Command
{
    public EvalCommand()
        : base("eval", "Measure the quality of search and answers.")
    {
        Subcommands.Add(new EvalRetrievalCommand());
        Subcommands.Add(new EvalAnswersCommand());
    }
}
