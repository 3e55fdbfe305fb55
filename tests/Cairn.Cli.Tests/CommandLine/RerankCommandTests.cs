using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>Scores from the command line, against the cross-encoders of <c>golden/architectures</c>.</summary>
public sealed class RerankCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bert-cross-encoder", "gguf/bert-cross-encoder-pooler-f16.gguf")]
    [InlineData("bert-cross-encoder", "hf")]
    [InlineData("xlm-roberta-reranker", "gguf/xlm-roberta-reranker-f16.gguf")]
    [InlineData("xlm-roberta-reranker", "hf")]
    public async Task Jsonl_prints_the_raw_scores_of_every_line(string model, string file)
    {
        var folder = SharedFiles.Golden($"architectures/{model}");
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "expected.json"), Cancellation))!;
        var pairs = expected["sequences"]!.AsArray().Select(pair => pair!).ToList();
        var input = string.Concat(pairs.Select(pair => Line((string)pair["text"]!, (string)pair["text_pair"]!, (string)pair["text"]!)));

        var run = await CliRun.InvokeAsync(
            ["rerank", "--model", Path.Combine(folder, file), "--activations", "f32", "--jsonl"], input, Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(pairs.Count, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var scores = JsonNode.Parse(lines[i])!["scores"]!.AsArray();
            Assert.Equal(2, scores.Count);
            Assert.Equal((double)pairs[i]["score"]!, (double)scores[0]!, (double)expected["tolerance_abs"]!);
        }
    }

    [Fact]
    public async Task Documents_come_best_first()
    {
        var model = SharedFiles.Golden("architectures/xlm-roberta-reranker/hf");
        string[] arguments = ["rerank", "--model", model, "Where is the hut?"];
        const string Documents = "The hut stands above the lake, behind the third marker.\nQuantisation stores weights in four or eight bits.\n";

        var text = await CliRun.InvokeAsync([.. arguments, "--top", "1"], Documents, Cancellation);
        var json = JsonNode.Parse((await CliRun.InvokeAsync([.. arguments, "--json"], Documents, Cancellation)).Output)!["results"]!.AsArray();

        Assert.EndsWith("The hut stands above the lake, behind the third marker.\n", text.Output);
        Assert.Single(text.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, json.Count);
        Assert.True((double)json[0]!["score"]! > (double)json[1]!["score"]!);
    }

    [Theory]
    [InlineData("{\"query\": \"a\", \"documents\": [\"b\"]}\n{\"query\": \"a\"}\n", "Line 2")]
    [InlineData("{\"query\": 1, \"documents\": []}\n", "Line 1")]
    [InlineData("{\"query\": \"a\", \"documents\": [null]}\n", "Line 1")]
    [InlineData("\nnot json\n", "Line 2")]
    [InlineData("{\"query\": \"\\ud800\", \"documents\": []}\n", "Line 1")]
    public async Task A_bad_line_is_an_error_with_its_number(string input, string named)
    {
        var model = SharedFiles.Golden("architectures/bert-cross-encoder/hf");

        var run = await CliRun.InvokeAsync(["rerank", "--model", model, "--jsonl"], input, Cancellation);

        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_lost_its_pooler_is_refused_with_the_way_out()
    {
        var model = SharedFiles.Golden("architectures/bert-cross-encoder/gguf/bert-cross-encoder-f16.gguf");

        var run = await CliRun.InvokeAsync(["rerank", "--model", model, "--jsonl"], Line("a", "b"), Cancellation);

        Assert.Equal(ExitCode.BadFile, run.ExitCode);
        Assert.Contains("cls.weight", run.Error, StringComparison.Ordinal);
        Assert.Contains("cairn convert", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_embedder_is_refused_and_a_missing_model_is_a_usage_error()
    {
        var embedder = SharedFiles.Golden("architectures/bert/hf");

        var refused = await CliRun.InvokeAsync(["rerank", "--model", embedder, "--jsonl"], Line("a", "b"), Cancellation);
        var missing = await CliRun.InvokeAsync(["rerank", "--jsonl"], Line("a", "b"), Cancellation);

        Assert.Equal((ExitCode.BadFile, ExitCode.Usage), (refused.ExitCode, missing.ExitCode));
        Assert.Contains("classification head", refused.Error, StringComparison.Ordinal);
    }

    private static string Line(string query, params string[] documents) =>
        JsonSerializer.Serialize(new { query, documents }) + "\n";
}
