using System.Text.Json;
using System.Text.Json.Nodes;
using Cairn.Cli.CommandLine;
using Cairn.Models.Safetensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Cli.Tests.CommandLine;

/// <summary>Every encoder family from the command line, against <c>golden/architectures</c>.</summary>
public sealed class EncoderCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bert", "hf")]
    [InlineData("bert", "gguf/bert-f16.gguf")]
    [InlineData("distilbert", "hf")]
    [InlineData("distilbert", "gguf/distilbert-f16.gguf")]
    [InlineData("nomic-bert", "hf")]
    [InlineData("nomic-bert", "gguf/nomic-bert-f16.gguf")]
    [InlineData("modernbert", "hf")]
    [InlineData("modernbert", "gguf/modernbert-f16.gguf")]
    public async Task Embed_gives_the_reference_vectors(string model, string file)
    {
        var folder = SharedFiles.Golden($"architectures/{model}");
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "expected.json"), Cancellation))!;
        using var tensors = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        Assert.True(tensors.TryGetTensor("mean_normalised", out var view));
        var vectors = view.ToFloats().Chunk(view.Columns).ToList();
        var texts = expected["sequences"]!.AsArray().Where(sequence => sequence!["text"] is not null).Select(sequence => (string)sequence!["text"]!);

        var run = await CliRun.InvokeAsync(
            ["embed", "--model", Path.Combine(folder, file), "--activations", "f32", "--jsonl"],
            string.Concat(texts.Select(text => JsonSerializer.Serialize(text) + "\n")), Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(vectors.Count, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var vector = JsonNode.Parse(lines[i])!["embedding"]!.AsArray();
            for (var d = 0; d < vector.Count; d++) Assert.Equal(vectors[i][d], (double)vector[d]!, (double)expected["tolerance_abs"]!);
        }
    }

    [Theory]
    [InlineData("nomic-bert/gguf/nomic-bert-f16.gguf")]
    [InlineData("modernbert/gguf/modernbert-f16.gguf")]
    [InlineData("distilbert/gguf/distilbert-f16.gguf")]
    [InlineData("xlm-roberta-reranker/gguf/xlm-roberta-reranker-f16.gguf")]
    [InlineData("xlm-roberta-reranker/hf")]
    [InlineData("bert-cross-encoder/gguf/bert-cross-encoder-pooler-f16.gguf")]
    public async Task Verify_runs_every_family(string path)
    {
        var run = await CliRun.InvokeAsync(["models", "verify", SharedFiles.Golden($"architectures/{path}"), "--json"], "", Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("encoder", (string?)JsonNode.Parse(run.Output)!["model"]);
    }
}
