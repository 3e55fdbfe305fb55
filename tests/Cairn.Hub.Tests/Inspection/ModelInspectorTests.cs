using Cairn.Hub.Inspection;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Hub.Tests.Inspection;

public sealed class ModelInspectorTests
{
    [Fact]
    public void Folder_is_described_by_its_config_and_tensors()
    {
        var inspection = ModelInspector.Inspect(new ModelStore([]).Resolve(SharedFiles.Model("all-minilm-l6-v2")));

        Assert.Equal(256, inspection.ContextLength);
        Assert.Contains(inspection.Types, type => type is { Type: "F16", IsSupported: true });
        Assert.Contains(inspection.Metadata, value => value is { Key: "hidden_size", Type: "number", Value: "384" });
        Assert.Contains(inspection.Metadata, value => value is { Key: "architectures", Type: "array", Value: "[\"BertModel\"]" });
    }

    [Fact]
    public void Types_without_kernels_are_listed_and_named_in_the_problem()
    {
        var inspection = ModelInspector.Inspect(
            new ModelStore([]).Resolve(SharedFiles.Golden("architectures/llama-256/gguf/llama-256-mixed.gguf")));

        var unsupported = inspection.Types.Where(type => !type.IsSupported).Select(type => type.Type).ToList();
        Assert.Equal(unsupported.Count > 0, inspection.Problem is not null);
        if (unsupported.Count > 0) Assert.Contains(unsupported, type => inspection.Problem!.Contains(type, StringComparison.Ordinal));
        Assert.Contains("IQ4_NL", inspection.Types.Select(type => type.Type));
    }

    [Theory]
    [InlineData("gemma2", "sliding_window", "8 positions in 2 of ")]
    [InlineData("gemma2", "attention_soft_cap", "4")]
    [InlineData("gemma3", "rope_of_window_layers", "theta 10000")]
    [InlineData("qwen3-moe", "experts", "3 of 8 a token")]
    [InlineData("qwen3", "query_key_norm", "each head")]
    [InlineData("llama-yarn", "rope", "YaRN scaling by 4")]
    [InlineData("llama3", "rope", "llama3 scaling")]
    [InlineData("gemma3", "feed_forward", "32, GeGLU (tanh)")]
    [InlineData("mixtral", "rope", "16 dimensions in neighbouring pairs")]
    [InlineData("olmo2", "norm", "RMS norm")]
    [InlineData("gpt2", "positions", "a learned table")]
    [InlineData("granite", "residual_scale", "0.")]
    public void Features_of_a_family_are_told(string model, string feature, string expected)
    {
        var path = Directory.EnumerateFiles(SharedFiles.Golden($"architectures/{model}/gguf")).First();

        var inspection = ModelInspector.Inspect(new ModelStore([]).Resolve(path));

        Assert.Null(inspection.Problem);
        Assert.Contains(expected, inspection.Features.Single(value => value.Name == feature).Value);
        Assert.True(inspection.MemoryPerToken > 0);
        Assert.InRange(inspection.BitsPerWeight, 16, 32);
    }

    [Fact]
    public void Folder_of_a_decoder_is_described_like_its_file()
    {
        var folder = ModelInspector.Inspect(new ModelStore([]).Resolve(SharedFiles.Golden("architectures/gemma3/hf")));
        var file = ModelInspector.Inspect(new ModelStore([]).Resolve(SharedFiles.Golden("architectures/gemma3/gguf/gemma3-f16.gguf")));

        Assert.Equal(file.Features, folder.Features);
        Assert.Equal(file.MemoryPerToken, folder.MemoryPerToken);
        Assert.Equal(file.ContextLength, folder.ContextLength);
    }

    [Fact]
    public void Special_tokens_are_listed_with_their_spelling()
    {
        var inspection = ModelInspector.Inspect(
            new ModelStore([]).Resolve(SharedFiles.Model("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")));

        Assert.Contains(new SpecialTokenSummary("bos", 1, "<|im_start|>"), inspection.Tokenizer!.SpecialTokens);
        Assert.Contains(new SpecialTokenSummary("end_of_generation", 2, "<|im_end|>"), inspection.Tokenizer.SpecialTokens);
        Assert.Equal([2048, 4096, 8192], inspection.SampleContextLengths);
        Assert.Equal(23_040L * 2048, inspection.EstimateCache(2048)); // 2 · 30 layers · 3 heads · 64 · 2 bytes a token
    }

    [Fact]
    public void Hostile_values_are_cut_and_never_fatal()
    {
        using var folder = new TemporaryFolder();
        var writer = new GgufWriter();
        writer.Add("general.architecture", "llama");
        writer.Add("general.name", new string('x', 5_000_000));
        writer.Add("tokenizer.ggml.model", new string('y', 1_000_000));
        writer.Add("many.numbers", Enumerable.Range(0, 100_000).ToArray());
        writer.Add("many.texts", (IReadOnlyList<string>)[.. Enumerable.Repeat(new string('z', 10_000), 20)]);
        writer.AddTensor("a", GgmlType.F32, [1], stream => stream.Write(new byte[4]));
        writer.Write(folder.File("hostile.gguf"), cancellationToken: TestContext.Current.CancellationToken);

        var inspection = ModelInspector.Inspect(new ModelStore([]).Resolve(folder.File("hostile.gguf")));

        Assert.NotNull(inspection.Problem);
        Assert.NotNull(inspection.Tokenizer!.Problem);
        Assert.All(inspection.Metadata, value => Assert.InRange(value.Value!.Length, 1, 4200));
        Assert.StartsWith("[0, 1, 2", inspection.Metadata.Single(value => value.Key == "many.numbers").Value);
        Assert.EndsWith(", …]", inspection.Metadata.Single(value => value.Key == "many.numbers").Value);
    }
}
