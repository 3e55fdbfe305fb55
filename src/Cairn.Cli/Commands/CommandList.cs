using System.CommandLine;

namespace Cairn.Cli.Commands;

/// <summary>Every command of <c>cairn</c>, in the order of the help.</summary>
internal static class CommandList
{
    /// <summary>New instances, not yet attached to a root.</summary>
    public static IEnumerable<Command> Create() =>
    [
        new AskCommand(),
        new ChatCommand(),
        new RunCommand(),
        new SearchCommand(),
        new IndexCommand(),
        new EmbedCommand(),
        new RerankCommand(),
        new ModelsCommand(),
        new AdaptersCommand(),
        new ConvertCommand(),
        new QuantizeCommand(),
        new ImportanceCommand(),
        new TokenizeCommand(),
        new TemplateCommand(),
        new ScoreCommand(),
        new PerplexityCommand(),
        new BenchCommand(),
        new EvalCommand(),
        new DoctorCommand(),
    ];
}
