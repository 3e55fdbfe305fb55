using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Configuration;

public sealed class EncoderConfigurationTests
{
    [Fact]
    public void Folder_gives_sizes_pooling_and_the_token_limit_of_sentence_transformers()
    {
        var path = SharedFiles.Model("all-minilm-l6-v2");

        var configuration = EncoderConfiguration.FromFolder(path);

        Assert.Equal((384, 1536, 6, 12), (configuration.HiddenSize, configuration.IntermediateSize, configuration.LayerCount, configuration.HeadCount));
        Assert.Equal((512, 256), (configuration.ContextLength, configuration.MaxTokens));
        Assert.Equal((Pooling.Mean, true), (configuration.Pooling, configuration.IsNormalized));
        Assert.Equal((30522, 2, 1e-12f), (configuration.VocabularySize, configuration.TokenTypeCount, configuration.LayerNormEpsilon));
        using var model = HuggingFaceModel.Open(path);
        ModelValidator.ValidateEncoder(model, configuration);
    }

    [Fact]
    public void Gguf_and_folder_of_one_model_give_the_same_sizes()
    {
        var folder = EncoderConfiguration.FromFolder(SharedFiles.Golden("architectures/bert/hf"));
        using var file = GgufFile.Open(SharedFiles.Golden("architectures/bert/gguf/bert-f16.gguf"));

        var configuration = ModelValidator.ValidateEncoder(file);

        Assert.Equal(folder, configuration);
    }
}
