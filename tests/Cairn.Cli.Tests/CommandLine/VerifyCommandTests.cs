using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary><c>cairn models verify</c>: sound models pass, and every broken golden is refused with its kind.</summary>
public sealed class VerifyCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gguf", 100)]
    [InlineData("safetensors", 36)]
    [InlineData("hf_folder", 17)]
    public async Task Malformed_case_has_its_exit_code_and_kind(string format, int count)
    {
        var cases = JsonSerializer.Deserialize<JsonElement[]>(
            await File.ReadAllBytesAsync(SharedFiles.Golden("architectures/malformed/cases.json"), Cancellation))!;
        var failures = new List<string>();
        var seen = 0;

        foreach (var test in cases.Where(test => test.GetProperty("format").GetString() == format))
        {
            seen++;
            var name = test.GetProperty("file").GetString()!;
            var run = await VerifyAsync(name);
            if (Judge(test, run) is { } verdict) failures.Add($"{name}: {verdict}");
        }

        Assert.Empty(failures);
        Assert.Equal(count, seen);
    }

    [Fact]
    public async Task Fault_of_a_tensor_is_named_with_its_offset()
    {
        var run = await VerifyAsync("gguf/weight-nan.gguf");

        Assert.Equal(ExitCode.BadFile, run.ExitCode);
        var result = JsonNode.Parse(run.Output)!;
        Assert.Equal("not_finite", (string?)result["error"]);
        Assert.Equal("blk.0.ffn_down.weight", (string?)result["tensor"]);
        Assert.True((long?)result["offset"] > 0);
        Assert.Equal("finite weights", (string?)result["expected"]);
        Assert.StartsWith("NaN in row", (string?)result["got"]);
        Assert.Contains("cairn: 'weight-nan.gguf'", run.Error);
    }

    [Theory]
    [InlineData("smollm2-135m-instruct", "decoder", new[] { "container", "structure", "tokenizer", "template", "weights", "run" })]
    [InlineData("all-minilm-l6-v2", "encoder", new[] { "container", "structure", "tokenizer", "weights", "run" })]
    public async Task Bundled_model_is_sound(string name, string kind, string[] checks)
    {
        var run = await CliRun.InvokeAsync(["models", "verify", name, "--json"], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var result = JsonNode.Parse(run.Output)!;
        Assert.True((bool)result["valid"]!);
        Assert.Null(result["error"]);
        Assert.Equal(kind, (string?)result["model"]);
        Assert.Equal(checks, result["checks"]!.AsArray().Select(check => (string?)check!["check"]));
    }

    [Theory]
    [InlineData("adapters/llama3-plain/peft", "peft")]
    [InlineData("adapters/qwen3-rslora-patterns/peft", "peft")]
    [InlineData("llama-256/gguf/llama-256-mixed.gguf", "gguf")]
    [InlineData("gemma3/hf", "hugging_face")]
    [InlineData("bert-cross-encoder/hf", "hugging_face")]
    [InlineData("modernbert/gguf/modernbert-f16.gguf", "gguf")]
    public async Task Golden_is_sound(string path, string format)
    {
        var run = await CliRun.InvokeAsync(
            ["models", "verify", SharedFiles.Golden("architectures/" + path), "--json"], cancellationToken: Cancellation);

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(format, (string?)JsonNode.Parse(run.Output)!["format"]);
    }

    [Fact]
    public async Task Model_that_is_not_there_is_not_found()
    {
        var run = await CliRun.InvokeAsync(["models", "verify", "no-such.gguf", "--json"], cancellationToken: Cancellation);

        Assert.Equal(ExitCode.NotFound, run.ExitCode);
    }

    private static Task<CliRun> VerifyAsync(string name) => CliRun.InvokeAsync(
        ["models", "verify", SharedFiles.Golden("architectures/malformed/" + name), "--json"], cancellationToken: Cancellation);

    private static string? Judge(JsonElement test, CliRun run)
    {
        var (expect, kind) = (test.GetProperty("expect").GetString(), test.GetProperty("kind").GetString());
        var result = JsonNode.Parse(run.Output)!;
        if (run.ExitCode == ExitCode.Success) return expect == "reject" ? $"accepted; expected {kind}" : null;
        if (run.ExitCode != ExitCode.BadFile) return $"exit code {run.ExitCode}: {run.Error}";
        if (expect == "accept") return $"refused: {run.Error}";

        var got = (string?)result["error"];
        return got == kind || expect == "reject_or_accept" ? null : $"refused as {got}, expected {kind}: {run.Error}";
    }
}
