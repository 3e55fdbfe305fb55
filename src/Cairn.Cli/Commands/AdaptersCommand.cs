using System.CommandLine;

namespace Cairn.Cli.Commands;

/// <summary><c>cairn adapters</c>: LoRA adapters on this machine.</summary>
internal sealed class AdaptersCommand : Command
{
    public AdaptersCommand()
        : base("adapters", "List, inspect and convert LoRA adapters.")
    {
        Subcommands.Add(new AdaptersListCommand());
        Subcommands.Add(new AdaptersShowCommand());
        Subcommands.Add(new AdaptersConvertCommand());
    }
}
