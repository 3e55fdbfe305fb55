using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Gguf;

/// <summary>The chat model of the repository opens, passes validation and has the sizes that its page states.</summary>
public sealed class BundledModelTests
{
    private static readonly string Path =
        Repository.Path("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    [Fact]
    public void Bundled_model_has_the_configuration_of_its_metadata()
    {
        using var file = GgufFile.Open(Path);

        var configuration = ModelValidator.ValidateDecoder(file);

        Assert.Equal(3, file.Version);
        Assert.Equal(272, file.Tensors.Count);
        Assert.Equal("llama", configuration.Architecture);
        Assert.Equal((576, 1536, 30), (configuration.HiddenSize, configuration.IntermediateSize, configuration.LayerCount));
        Assert.Equal((9, 3, 64), (configuration.HeadCount, configuration.KvHeadCount, configuration.HeadDim));
        Assert.Equal((8192, 49152), (configuration.ContextLength, configuration.VocabularySize));
        Assert.Equal(1e-5f, configuration.NormEpsilon);
        Assert.Equal((100_000f, 64), (configuration.Rope!.Theta, configuration.Rope.Dimension));
        Assert.True(configuration.HasTiedOutput);
    }

    [Fact]
    public void Bundled_model_gives_typed_metadata()
    {
        using var file = GgufFile.Open(Path);

        Assert.Equal("gpt2", file.Metadata.GetString("tokenizer.ggml.model"));
        Assert.Equal(["en"], file.Metadata.GetStrings("general.languages"));
        Assert.Equal("<|im_start|>", file.Metadata.GetStrings("tokenizer.ggml.tokens")[1]);
        Assert.Equal(49152, file.Metadata.GetInt32s("tokenizer.ggml.token_type").Length);
        Assert.False(file.Metadata.GetBoolean("tokenizer.ggml.add_bos_token"));
    }

    [Fact]
    public void Tensor_keeps_its_values_after_release()
    {
        using var file = GgufFile.Open(Path);
        Assert.True(file.TryGetTensor("blk.0.ffn_down.weight", out var view));

        var before = view.ToFloats();
        file.Release(view);

        Assert.Equal((576, 1536, GgmlType.Q4_1), (view.Rows, view.Columns, view.Info.Type));
        Assert.Equal(before, view.ToFloats());
        Assert.All(before, value => Assert.True(float.IsFinite(value)));
    }
}
