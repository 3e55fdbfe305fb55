using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary><c>cairn convert</c> in both directions, and the commands that take what it writes.</summary>
public sealed class ConvertCommandTests
{
    [Fact]
    public async Task Folder_file_and_folder_again_score_the_same()
    {
        using var folder = new TemporaryFolder();
        var original = SharedFiles.Golden("architectures/gemma2/hf");

        var toFile = await RunAsync(["convert", original, folder.File("model.gguf"), "--type", "F32", "--json"]);
        var toFolder = await RunAsync(["convert", folder.File("model.gguf"), folder.File("back"), "--type", "BF16", "--json"]);

        Assert.Equal((ExitCode.Success, ExitCode.Success), (toFile.ExitCode, toFolder.ExitCode));
        Assert.Equal(folder.File("back"), JsonNode.Parse(toFolder.Output)!["path"]!.GetValue<string>());
        var expected = await ScoreAsync(original);
        Assert.Equal(expected, await ScoreAsync(folder.File("model.gguf")));
        Assert.Equal(expected, await ScoreAsync(folder.File("back")));
    }

    [Fact]
    public async Task Impossible_requests_have_their_exit_codes()
    {
        using var folder = new TemporaryFolder();
        var file = SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf");
        await File.WriteAllTextAsync(folder.File("notes.txt"), "mine", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.NotFound, (await RunAsync(["convert", folder.File("nothing"), folder.File("x.gguf")])).ExitCode);
        Assert.Equal(ExitCode.Usage, (await RunAsync(["convert", file, folder.File("back"), "--type", "Q8_0"])).ExitCode);
        Assert.Equal(ExitCode.Failure, (await RunAsync(["convert", file, folder.Path])).ExitCode);
        Assert.Equal(ExitCode.BadFile, (await RunAsync(["convert", folder.File("notes.txt"), folder.File("back")])).ExitCode);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private static Task<CliRun> RunAsync(string[] arguments) =>
        CliRun.InvokeAsync(arguments, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<string> ScoreAsync(string model)
    {
        var run = await RunAsync(["score", "--ids", "5,17,99,204,31,8,250", "--activations", "f32", "--model", model, "--json"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        return JsonNode.Parse(run.Output)!["logprobs"]!.ToJsonString();
    }
}
