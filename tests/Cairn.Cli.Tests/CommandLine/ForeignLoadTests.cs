using Cairn.Cli.Commands;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

public sealed class ForeignLoadTests
{
    [Theory]
    [InlineData("cpu  100 20 30 9999 8888 4 5 6 0 0\ncpu0 1 1", 1.65)]
    [InlineData("cpu0 100 20 30 9999 8888 4 5 6", null)]
    [InlineData("cpu  100 20", null)]
    [InlineData("cpu  a b c d e f g h", null)]
    [InlineData("", null)]
    public void Busy_time_is_what_processors_worked_or_unknown(string content, double? expected)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("cairn-load-").FullName, "stat");
        File.WriteAllText(path, content);

        Assert.Equal(expected, ForeignLoad.BusySeconds(path));
    }

    [Fact]
    public void Load_is_a_number_or_unknown()
    {
        var processors = new ForeignLoad().Processors();

        Assert.True(processors is null || (processors >= 0 && double.IsFinite(processors.Value)));
    }
}
