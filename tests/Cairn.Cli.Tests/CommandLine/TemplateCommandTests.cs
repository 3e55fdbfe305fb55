using System.IO.Compression;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary><c>cairn template</c>, judged by the reference renders.</summary>
public sealed class TemplateCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Templates with tools, a clock, refusals and macros.</summary>
    public static TheoryData<string> Templates =>
    [
        "meta-llama-Llama-3.1-8B-Instruct.jinja", "Qwen-Qwen3-0.6B.jinja", "mistralai-Mistral-Nemo-Instruct-2407.jinja",
        "openai-gpt-oss-120b.jinja", "google-gemma-2-2b-it.jinja", "ibm-granite-granite-4.0.jinja", "Kimi-K2-Instruct.jinja",
    ];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Jsonl_prints_the_reference_render_of_every_conversation(string template)
    {
        var folder = SharedFiles.Golden("chat-templates");
        var inputs = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "conversations.json"), Cancellation))!.AsArray()
            .ToDictionary(item => (string)item!["id"]!, item => item!["input"]!.ToJsonString());
        var rows = Rows(Path.Combine(folder, "renders.jsonl.gz")).Where(row => (string?)row["template"] == template).ToList();
        var input = string.Join('\n', rows.Select(row => inputs[(string)row["conversation"]!]));

        var run = await CliRun.InvokeAsync(
            ["template", "--model", Path.Combine(folder, "templates", template), "--jsonl", "--now", "2025-07-04T12:34:56"], input, Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(27, lines.Count);
        foreach (var (expected, got) in rows.Zip(lines))
        {
            var name = $"{template} × {expected["conversation"]}: {got.ToJsonString()}";
            Assert.True((string?)expected["output"] == (string?)got["output"], name);
            Assert.True((string?)expected["error"] == (string?)got["error"], name);
            if ((string?)expected["error"] == "raised") Assert.Equal((string?)expected["message"], (string?)got["message"]);
        }
    }

    [Fact]
    public async Task Message_is_rendered_with_the_template_of_the_model()
    {
        var run = await CliRun.InvokeAsync(["template", "--system", "Be brief.", "Hi"], cancellationToken: Cancellation);

        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", run.Output);
    }

    [Fact]
    public async Task Lines_that_are_no_objects_fail_by_themselves()
    {
        var run = await CliRun.InvokeAsync(
            ["template", "--chat-template", "chatml", "--jsonl"],
            "nonsense\n[1]\n{\"a\":1,\"a\":2}\n{\"messages\":[]}\n{\"messages\":[{\"role\":1,\"content\":2}]}\n", Cancellation);

        var errors = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string?)JsonNode.Parse(line)!["error"]);
        Assert.Equal(["input", "input", "input", null, "other"], errors);
        Assert.Equal(ExitCode.Success, run.ExitCode);
    }

    [Fact]
    public async Task Malformed_template_fails_every_line_and_the_command()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("bad.jinja"), "{% if %}", Cancellation);

        var run = await CliRun.InvokeAsync(["template", "--model", folder.File("bad.jinja"), "--jsonl"], "{}\n{}\n", Cancellation);

        Assert.Equal(ExitCode.BadFile, run.ExitCode);
        Assert.All(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal("syntax", (string?)JsonNode.Parse(line)!["error"]));
    }

    [Fact]
    public async Task List_and_source_show_what_is_there()
    {
        var list = await CliRun.InvokeAsync(["template", "--list"], cancellationToken: Cancellation);
        var source = await CliRun.InvokeAsync(["template", "--chat-template", "gemma", "--source"], cancellationToken: Cancellation);
        var unknown = await CliRun.InvokeAsync(["template", "--chat-template", "nonsense", "Hi"], cancellationToken: Cancellation);

        Assert.Contains("llama-3", list.Output);
        Assert.Contains("<start_of_turn>", source.Output);
        Assert.Equal(ExitCode.NotFound, unknown.ExitCode);
        Assert.Contains("gemma", unknown.Error);
    }

    private static IEnumerable<JsonObject> Rows(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return JsonNode.Parse(line)!.AsObject();
        }
    }
}
