using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary><c>--adapter</c>, and <c>cairn adapters</c>.</summary>
public sealed class AdapterCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Model => SharedFiles.Golden("architectures/llama3/gguf/llama3-f16.gguf");

    private static string Plain => SharedFiles.Golden("architectures/adapters/llama3-plain/peft");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Score_follows_adapters_and_their_scales()
    {
        var without = await Scores();
        var with = await Scores("--adapter", Plain);
        Assert.NotEqual(without, with);
        Assert.Equal(without, await Scores("--adapter", $"{Plain}=0"));
        Assert.NotEqual(with, await Scores("--adapter", $"{Plain}=0.5"));

        async Task<string> Scores(params string[] adapters)
        {
            var run = await Run(["score", "--model", Model, "--ids", "1,2,3,4", "--json", .. adapters]);
            Assert.Equal(ExitCode.Success, run.ExitCode);
            return JsonNode.Parse(run.Output)!["logprobs"]!.ToJsonString();
        }
    }

    [Fact]
    public async Task Run_and_perplexity_and_bench_take_adapters()
    {
        var run = await Run(["run", "--model", Model, "--raw", "--temperature", "0", "-n", "3", "--json", "--adapter", Plain, "cairn"]);
        Assert.Equal(3, JsonNode.Parse(run.Output)!["ids"]!.AsArray().Count);

        string text = _folder.File("text.txt");
        await File.WriteAllTextAsync(text, string.Concat(Enumerable.Repeat("stones mark the trail and ", 40)), Cancellation);
        var perplexity = await Run(["perplexity", "--model", Model, "--file", text, "--window", "32", "--json", "--adapter", Plain, "--against", Model]);
        Assert.True((double)JsonNode.Parse(perplexity.Output)!["against"]!["kl_mean"]!["value"]! > 0.01, perplexity.Output);

        var bench = await Run(["bench", "--model", Model, "--prompt-tokens", "8", "--generate", "2", "--repeat", "1", "--json", "--adapter", $"{Plain}=0.5"]);
        Assert.Equal(ExitCode.Success, bench.ExitCode);
    }

    [Theory]
    [InlineData(ExitCode.BadFile, "architectures/adapters/qwen3-plain/peft", "")]
    [InlineData(ExitCode.NotFound, null, "")]
    [InlineData(ExitCode.Usage, "architectures/adapters/llama3-plain/peft", "=much")]
    public async Task Adapters_that_cannot_be_used_have_their_exit_code(int code, string? golden, string scale)
    {
        string adapter = golden is null ? "no-such-adapter" : SharedFiles.Golden(golden);
        var run = await Run(["score", "--model", Model, "--ids", "1,2", "--adapter", adapter + scale]);
        Assert.Equal(code, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Adapters_that_do_not_add_up_are_a_wrong_command_line()
    {
        string dora = SharedFiles.Golden("architectures/adapters/llama3-dora/peft");
        foreach (var second in new[] { Plain, dora })
        {
            var run = await Run(["score", "--model", Model, "--ids", "1,2", "--adapter", dora, "--adapter", second]);
            Assert.Equal(ExitCode.Usage, run.ExitCode);
        }
    }

    [Fact]
    public async Task Show_tells_rank_scale_and_targets()
    {
        var run = await Run(["adapters", "show", SharedFiles.Golden("architectures/adapters/llama3-rslora/peft"), "--modules", "--json"]);
        var shown = JsonNode.Parse(run.Output)!;
        Assert.Equal((4, 8.0, "alpha / sqrt(rank)", 14), ((int)shown["rank"]!, (double)shown["alpha"]!, (string)shown["scale_rule"]!, (int)shown["modules"]!));
        Assert.Equal(4.0, (double)shown["scales"]![0]!);
        Assert.Equal(14, shown["module_list"]!.AsArray().Count);
        Assert.NotEmpty(shown["unusual"]!.AsArray());

        run = await Run(["adapters", "show", SharedFiles.Golden("architectures/adapters/llama3-plain/llama3-plain.gguf")]);
        Assert.Contains("attn_q", run.Output, StringComparison.Ordinal);
        Assert.Contains("llama", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_goes_both_ways_and_says_why_not()
    {
        string gguf = _folder.File("style.gguf");
        var run = await Run(["adapters", "convert", Plain, gguf, "--base", Model, "--json"]);
        Assert.Equal((ExitCode.Success, 0.0), (run.ExitCode, (double)JsonNode.Parse(run.Output)!["worst_rounding"]!));
        run = await Run(["adapters", "convert", gguf, _folder.File("back"), "--base", Model]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.True(File.Exists(_folder.File("back/adapter_config.json")));

        run = await Run(["adapters", "convert", SharedFiles.Golden("architectures/adapters/llama3-dora/peft"), _folder.File("dora.gguf"), "--base", Model]);
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains("DoRA", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await Run(["adapters", "convert", Plain, _folder.File("x.gguf")])).ExitCode);
        Assert.Equal(ExitCode.Usage, (await Run(["adapters", "convert", Plain, _folder.File("x"), "--base", Model])).ExitCode);
        Assert.Equal(ExitCode.Usage, (await Run(["adapters", "convert", gguf, _folder.File("x.gguf"), "--base", Model])).ExitCode);
    }

    private static Task<CliRun> Run(string[] arguments) => CliRun.InvokeAsync(arguments, cancellationToken: Cancellation);
}
