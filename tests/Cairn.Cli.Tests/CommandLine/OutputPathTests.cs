using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>Where results cannot go: said before any work is done, in words, and nothing is written.</summary>
public sealed class OutputPathTests
{
    [Fact]
    public async Task Output_that_is_the_input_is_refused_and_the_input_stays()
    {
        using var folder = new TemporaryFolder();
        var model = folder.File("model.gguf");
        File.Copy(SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf"), model);
        var before = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("text.txt"), "a text", TestContext.Current.CancellationToken);

        await AssertFailsAsync(ExitCode.Usage, "name another file", "quantize", model, "Q8_0", model);
        await AssertFailsAsync(ExitCode.Usage, "name another file", "imatrix", model, folder.File("text.txt"), "-o", model);
        await AssertFailsAsync(ExitCode.Usage, "name another file", "imatrix", model, folder.File("text.txt"), "-o", folder.File("text.txt"));

        Assert.Equal(before, await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Folder_that_is_absent_and_a_folder_in_place_of_a_file_are_named()
    {
        using var folder = new TemporaryFolder();
        var file = SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf");
        var model = SharedFiles.Golden("architectures/llama2/hf");
        var adapter = SharedFiles.Golden("architectures/adapters/llama3-plain/peft");
        var absent = folder.File("absent/model.gguf");

        await AssertFailsAsync(ExitCode.NotFound, "create it first", "convert", model, absent);
        await AssertFailsAsync(ExitCode.NotFound, "create it first", "quantize", file, "Q8_0", absent);
        await AssertFailsAsync(ExitCode.NotFound, "create it first", "adapters", "convert", adapter, absent);
        await AssertFailsAsync(ExitCode.Usage, "is a folder", "convert", model, folder.Path);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Input_of_another_kind_is_sent_to_the_command_for_it()
    {
        using var folder = new TemporaryFolder();
        var file = SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf");
        var adapter = SharedFiles.Golden("architectures/adapters/llama3-plain/peft");

        await AssertFailsAsync(ExitCode.Usage, "cairn quantize", "convert", file, folder.File("copy.gguf"));
        await AssertFailsAsync(ExitCode.Usage, "cairn adapters convert", "convert", adapter, folder.File("x.gguf"));
        await AssertFailsAsync(ExitCode.NotFound, "LoRA adapter", "models", "show", adapter);
        await AssertFailsAsync(ExitCode.NotFound, "no GGUF file and no config.json", "models", "show", folder.Path);
        await AssertFailsAsync(ExitCode.Usage, "There is no type 'Q9'", "quantize", file, "Q9", folder.File("x.gguf"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static async Task AssertFailsAsync(int exitCode, string words, params string[] arguments)
    {
        var run = await CliRun.InvokeAsync(arguments, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", run.Error, StringComparison.Ordinal);
    }
}
