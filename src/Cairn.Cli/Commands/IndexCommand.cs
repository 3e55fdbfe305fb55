using System.CommandLine;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn index</c>: the index of a folder, by hand.</summary>
internal sealed class IndexCommand : Command
{
    public IndexCommand()
        : base("index", "Build, check or remove the index of a folder.")
    {
        Subcommands.Add(new IndexAddCommand());
        Subcommands.Add(new IndexStatusCommand());
        Subcommands.Add(new IndexVerifyCommand());
        Subcommands.Add(new IndexRemoveCommand());
    }
}
