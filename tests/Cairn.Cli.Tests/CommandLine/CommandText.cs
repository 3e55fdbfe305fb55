using System.CommandLine.Parsing;
using Cairn.Cli.CommandLine;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>Parses a command line as it stands in a text for people.</summary>
internal static class CommandText
{
    /// <summary>Errors of the part that <c>cairn</c> would see: behind a pipe into it, before one out of it or a redirection.</summary>
    public static IReadOnlyList<string> Parse(string line)
    {
        var start = line.IndexOf("cairn ", StringComparison.Ordinal);
        Assert.True(start >= 0, $"'{line}' does not call cairn");

        var words = CommandLineParser.SplitCommandLine(line[(start + "cairn ".Length)..])
            .TakeWhile(word => word is not ("<" or ">" or "|" or ">>" or "2>"));
        return [.. CairnCommandLine.Create().Parse([.. words]).Errors.Select(error => error.Message)];
    }
}
