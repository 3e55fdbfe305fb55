using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Configuration;

public sealed class DecoderConfigurationTests
{
    [Fact]
    public void Gguf_and_folder_of_one_model_give_the_same_sizes()
    {
        var path = SharedFiles.Golden("architectures/llama2/hf");
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf"));
        using var model = HuggingFaceModel.Open(path);

        ModelValidator.ValidateDecoder(model, model.Decoder!);
        Assert.Equal(ModelValidator.ValidateDecoder(file), model.Decoder);
    }

    [Fact]
    public void Both_forms_of_config_json_give_the_same_configuration()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedFiles.Golden("architectures/llama2/config.v5.json"), folder.File("config.json"));

        Assert.Equal(
            DecoderConfiguration.FromFolder(SharedFiles.Golden("architectures/llama2/hf")),
            DecoderConfiguration.FromFolder(folder.Path));
    }

    [Fact]
    public void Linear_rope_scaling_and_biases_read_the_same_from_file_and_folder()
    {
        var path = SharedFiles.Golden("architectures/llama-linear/hf");
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/llama-linear/gguf/llama-linear-f16.gguf"));
        using var model = HuggingFaceModel.Open(path);

        ModelValidator.ValidateDecoder(model, model.Decoder!);
        Assert.Equal(new LinearRopeScaling(4), model.Decoder!.Rope!.Scaling);
        Assert.Equal(ModelValidator.ValidateDecoder(file), model.Decoder);
    }

    [Theory]
    [InlineData("llama-yarn")]
    public void Other_rope_scaling_is_refused_rather_than_ignored(string model)
    {
        var error = Assert.Throws<ModelFormatException>(
            () => DecoderConfiguration.FromFolder(SharedFiles.Golden($"architectures/{model}/hf")));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
    }

    [Theory]
    [InlineData("gguf/head-count-0.gguf", "llama.attention.head_count", "got 0")]
    [InlineData("gguf/arch-unknown.gguf", "llama-next-9", "expected llama")]
    [InlineData("gguf/vocab-mismatch.gguf", "tokenizer.ggml.tokens", "got 25")]
    [InlineData("gguf/cut-in-data.gguf", "download is probably incomplete", "expected an end at or before byte 2,708")]
    public void Message_says_what_where_and_which_value(string file, string what, string values)
    {
        var path = SharedFiles.Golden("architectures/malformed/" + file);

        var error = Assert.Throws<ModelFormatException>(() =>
        {
            using var opened = GgufFile.Open(path);
            ModelValidator.ValidateDecoder(opened);
        });

        Assert.Equal(path, error.Path);
        Assert.StartsWith($"'{Path.GetFileName(path)}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(values, error.Message, StringComparison.Ordinal);
    }
}
