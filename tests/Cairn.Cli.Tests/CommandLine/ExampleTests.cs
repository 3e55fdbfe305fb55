using System.CommandLine;
using Cairn.Cli.CommandLine;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>Every example that the help shows is a command line that parses.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string> Examples =>
        new(AllCommands(CairnCommandLine.Create()).OfType<CairnCommand>().SelectMany(command => command.Examples));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_of_the_help_parses(string example)
    {
        var errors = CommandText.Parse(example);

        Assert.Empty(errors);
    }

    [Fact]
    public void Every_command_that_does_something_has_an_example()
    {
        var without = AllCommands(CairnCommandLine.Create())
            .Where(command => command is CairnCommand { Examples.Count: 0 }).Select(command => command.Name);

        Assert.Empty(without);
    }

    private static IEnumerable<Command> AllCommands(Command root) =>
        root.Subcommands.SelectMany(AllCommands).Prepend(root);
}
