using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.Native;

/// <summary>The native command does what the compiled-as-it-runs one does, which the other tests are about.</summary>
[Collection(nameof(NativeGroup))]
public sealed class NativeProgramTests(NativeProgram native) : IClassFixture<NativeProgram>
{
    private static readonly string Decoder = Repository.Path("models", "smollm2-135m-instruct");
    private static readonly string Encoder = Repository.Path("models", "all-minilm-l6-v2");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version_and_help_are_the_same()
    {
        var version = await native.InvokeAsync(["--version"], Cancellation);
        var help = await native.InvokeAsync(["quantize", "--help"], Cancellation);

        Assert.Equal((ExitCode.Success, typeof(CairnCommandLine).Assembly.GetName().Version!.ToString(3)), (version.ExitCode, version.Output.Trim()));
        Assert.Equal(await CliProcess.RunJitAsync(["quantize", "--help"], Cancellation), help);
    }

    [Fact]
    public async Task Doctor_names_kernels_for_vectors()
    {
        var result = await JsonOf("doctor", "--model", Decoder, "--json");

        var expected = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "AVX" : "NEON";
        var kernels = result["models"]![0]!["kernels"]!.AsArray().Select(kernel => (string)kernel!["kernel"]!).ToList();
        Assert.NotEmpty(kernels);
        Assert.All(kernels, kernel => Assert.Contains(expected, kernel));
    }

    [Fact]
    public async Task Run_chooses_the_same_tokens_with_the_same_probabilities()
    {
        string[] command = ["run", "--model", Decoder, "--raw", "--temperature", "0", "--max-tokens", "16", "--json", "The capital of France is"];

        var result = await JsonOf(command);

        var expected = JsonNode.Parse((await CliProcess.RunJitAsync(command, Cancellation)).Output)!;
        Assert.Equal(16, result["ids"]!.AsArray().Count);
        foreach (var part in new[] { "ids", "logprobs", "text", "usage" }) Assert.Equal(expected[part]!.ToJsonString(), result[part]!.ToJsonString());
    }

    [Fact]
    public async Task Ask_answers_from_the_handbook_with_citations()
    {
        using var folder = new TemporaryFolder();
        var handbook = Repository.Path("samples", "handbook");

        var result = await JsonOf(
            "ask", handbook, "What is QLoRA and when should I use it?", "--index", folder.File("handbook.db"), "--model", Decoder, "--embedder", Encoder, "--json");

        Assert.True((bool)result["supported"]!);
        var citations = result["citations"]!.AsArray();
        Assert.NotEmpty(citations);
        Assert.All(citations, citation => Assert.Equal(
            (string)citation!["quote"]!,
            File.ReadAllText(Path.Combine(handbook, (string)citation["source"]!))[(int)citation["start"]!..(int)citation["end"]!]));
    }

    [Fact]
    public async Task Documents_of_every_kind_are_read_as_before()
    {
        using var folder = new TemporaryFolder();
        var documents = SharedFiles.Data("documents/files");
        foreach (var kind in Directory.EnumerateFiles(documents, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .GroupBy(file => Path.GetExtension(file).ToLowerInvariant()))
        {
            foreach (var file in kind.Where(file => new FileInfo(file).Length < 200_000).Take(2)) File.Copy(file, folder.File(Path.GetFileName(file)), overwrite: true);
        }

        using var indexes = new TemporaryFolder();
        string[] Add(string name) => ["index", "add", folder.Path, "--index", indexes.File(name), "--json"];
        var result = await JsonOf(Add("native.db"));

        var expected = JsonNode.Parse((await CliProcess.RunJitAsync(Add("other.db"), Cancellation)).Output)!;
        Assert.Equal(expected["counts"]!.ToJsonString(), result["counts"]!.ToJsonString());
        Assert.Equal(expected["files"]!.ToJsonString(), result["files"]!.ToJsonString());
    }

    [Fact]
    public async Task Models_are_shown_quantised_and_converted_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var file = Assert.Single(Directory.GetFiles(Encoder, "*.gguf"));
        await AssertSameAsync("models", "show", file, "--tensors", "--json");

        await JsonOf("quantize", file, "Q4_0", folder.File("native.gguf"), "--allow-requantize", "--json");
        await JsonOf("convert", folder.File("native.gguf"), folder.File("native"), "--type", "F16", "--json");
        await CliProcess.RunJitAsync(["quantize", file, "Q4_0", folder.File("other.gguf"), "--allow-requantize"], Cancellation);
        await CliProcess.RunJitAsync(["convert", folder.File("other.gguf"), folder.File("other"), "--type", "F16"], Cancellation);

        Assert.Equal(File.ReadAllBytes(folder.File("other.gguf")), File.ReadAllBytes(folder.File("native.gguf")));
        foreach (var expected in Directory.GetFiles(folder.File("other"), "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder.File("other"), expected);
            Assert.True(File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder.File("native"), name))), name);
        }
    }

    [Fact]
    public async Task Bench_measures_and_compares()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["bench", "--model", Decoder, "--prompt-tokens", "16", "--generate", "4", "--repeat", "1", "--json"];

        var first = await native.InvokeAsync(command, Cancellation);
        await File.WriteAllTextAsync(folder.File("first.json"), first.Output, Cancellation);
        var second = await JsonOf([.. command, "--compare", folder.File("first.json")]);

        Assert.True((double)second["decode_tokens_per_second"]! > 0);
        Assert.True((bool)second["compared"]!["same_processor"]!);
    }

    [Fact]
    public async Task Failures_have_the_same_messages_and_exit_codes()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("cut.gguf"), "GGUF", Cancellation);

        Assert.Equal(ExitCode.Usage, await AssertSameAsync("run", "--max-tokens", "none"));
        Assert.Equal(ExitCode.BadFile, await AssertSameAsync("models", "show", folder.File("cut.gguf"), "--json"));
        Assert.Equal(ExitCode.NotFound, await AssertSameAsync("index", "status", folder.File("absent"), "--json"));
        Assert.Equal(ExitCode.ContextOverflow, await AssertSameAsync("run", "--model", Decoder, "--max-tokens", "100000", "--json", "a"));
    }

    private async Task<int> AssertSameAsync(params string[] command)
    {
        var expected = await CliProcess.RunJitAsync(command, Cancellation);
        Assert.Equal(expected, await native.InvokeAsync(command, Cancellation));
        return expected.ExitCode;
    }

    private async Task<JsonNode> JsonOf(params string[] command)
    {
        var result = await native.InvokeAsync(command, Cancellation);
        Assert.True(result.ExitCode == ExitCode.Success, $"{string.Join(' ', command)} ended with {result.ExitCode}: {result.Error}");
        return JsonNode.Parse(result.Output)!;
    }
}
