using Cairn.Cli.Output;
using Xunit;

namespace Cairn.Cli.Tests.Output;

public sealed class PromptLineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Line_shows_each_prompt_on_terminals_only_and_goes_when_it_is_read(bool isTerminal)
    {
        using var error = new StringWriter();
        var console = new CliConsole(TextReader.Null, TextWriter.Null, error, isInteractive: false, isTerminal) { Time = new SteppingClock() };
        using var line = new PromptLine(console);

        foreach (var share in new[] { 0, 0.5, 1, 0.25, 1 }) line.Report(share);

        var drawn = error.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        if (isTerminal)
        {
            Assert.Equal(5, drawn.Length);
            Assert.Contains("reading the prompt [........................]  0 %", drawn[0], StringComparison.Ordinal);
            Assert.Contains("[############............] 50 % 0:02 left", drawn[1], StringComparison.Ordinal);
            Assert.Empty(drawn[2].Trim());
            Assert.Contains("[######..................] 25 % 0:03 left", drawn[3], StringComparison.Ordinal);
            Assert.Empty(drawn[4].Trim());
        }
        else
        {
            Assert.Empty(drawn);
        }
    }
}
