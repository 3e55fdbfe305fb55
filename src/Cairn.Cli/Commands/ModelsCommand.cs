using System.CommandLine;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn models</c>: what is on this machine.</summary>
internal sealed class ModelsCommand : Command
{
    public ModelsCommand()
        : base("models", "List, inspect and verify models.")
    {
        Subcommands.Add(new ModelsListCommand());
        Subcommands.Add(new ModelsShowCommand());
        Subcommands.Add(new ModelsVerifyCommand());
    }
}
