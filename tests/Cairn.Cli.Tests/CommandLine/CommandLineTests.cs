using Cairn.Cli.CommandLine;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

public sealed class CommandLineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_of_a_command_needs_no_arguments_and_shows_examples()
    {
        var run = await CliRun.InvokeAsync(["convert", "--help"], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("Examples:", run.Output);
        Assert.Contains("--type Q8_0", run.Output);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("ask")]
    [InlineData("bench", "--threads", "0")]
    [InlineData("bench", "--repeat", "0")]
    [InlineData("search", "x", "y", "--mode", "psychic")]
    [InlineData("run", "--temperature", "hot", "x")]
    [InlineData("score", "--top", "many", "x")]
    public async Task Wrong_command_line_is_explained_on_standard_error(params string[] arguments)
    {
        var run = await CliRun.InvokeAsync(arguments, cancellationToken: Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("--help", run.Error);
    }

    [Fact]
    public async Task Empty_prompt_is_refused()
    {
        var run = await CliRun.InvokeAsync(["run"], input: " \n", cancellationToken: Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("prompt is empty", run.Error);
    }

    [Fact]
    public async Task Folder_that_is_not_there_is_not_found()
    {
        var run = await CliRun.InvokeAsync(["search", "no-such-folder", "stones"], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.NotFound, run.ExitCode);
        Assert.Contains("no-such-folder", run.Error);
    }

    [Fact]
    public async Task Model_that_is_not_there_names_those_that_are()
    {
        var run = await CliRun.InvokeAsync(["run", "--model", "gpt-4", "--json", "hello"], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.NotFound, run.ExitCode);
        Assert.Contains("smollm2-135m-instruct", run.Error);
        Assert.Contains("\"kind\":\"model_not_found\"", run.Output);
    }

    [Fact]
    public async Task File_that_is_no_model_is_a_bad_file()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("cairn-cli-").FullName, "broken.gguf");
        await File.WriteAllBytesAsync(path, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Cancellation);

        var run = await CliRun.InvokeAsync(["run", "--model", path, "--json", "hello"], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.BadFile, run.ExitCode);
        Assert.Contains("\"kind\":\"bad_magic\"", run.Output);
        Assert.Contains("broken.gguf", run.Error);
    }
}
