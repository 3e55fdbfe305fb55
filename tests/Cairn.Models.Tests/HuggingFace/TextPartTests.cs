using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;
using Cairn.Models.Tokenizers;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.HuggingFace;

/// <summary>The golden Gemma 3 folder, put into one of a model that reads images.</summary>
public sealed class TextPartTests
{
    private static string Golden => SharedFiles.Golden("architectures/gemma3/hf");

    [Theory]
    [InlineData("language_model.model.", "vision_tower.")]
    [InlineData("model.language_model.", "model.vision_tower.")]
    public void Language_model_inside_a_folder_is_the_one_of_a_folder_of_its_own(string prefix, string visionPrefix)
    {
        using var folder = new TemporaryFolder();
        LargerModelFolder.Wrap(Golden, folder.Path, "gemma3", prefix, visionPrefix + "patch_embedding.weight");

        using var alone = HuggingFaceModel.Open(Golden);
        using var inside = HuggingFaceModel.Open(folder.Path);

        ModelValidator.ValidateDecoder(inside, inside.Decoder!);
        Assert.Equal(alone.Decoder, inside.Decoder);
        Assert.Equal(alone.ModelType, inside.ModelType);
        Assert.Equal([visionPrefix + "patch_embedding.weight"], inside.LeftOut);
        Assert.Equal(alone.Tensors.Select(tensor => tensor.Name).Order(), inside.Tensors.Select(tensor => tensor.Name).Order());
        foreach (var tensor in alone.Tensors)
        {
            Assert.True(alone.TryGetTensor(tensor.Name, out var expected));
            Assert.True(inside.TryGetTensor(tensor.Name, out var got));
            Assert.True(expected.Bytes.SequenceEqual(got.Bytes), tensor.Name);
        }

        var (first, second) = (Tokenizer.Load(Golden), Tokenizer.Load(folder.Path));
        Assert.Equal(first.VocabularySize, second.VocabularySize);
        Assert.Equal(first.EndOfGenerationIds.Order(), second.EndOfGenerationIds.Order());
    }

    [Fact]
    public void Sizes_that_published_files_leave_out_are_those_of_the_family()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), """
            {
              "model_type": "gemma3", "eos_token_id": [1, 106],
              "text_config": {
                "hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text", "num_hidden_layers": 34,
                "rope_scaling": { "factor": 8.0, "rope_type": "linear" }, "sliding_window": 1024
              },
              "vision_config": { "hidden_size": 1152, "num_hidden_layers": 27 }
            }
            """);

        var c = DecoderConfiguration.FromFolder(folder.Path);

        Assert.Equal((2560, 10240, 34, 8, 4, 256), (c.HiddenSize, c.IntermediateSize, c.LayerCount, c.HeadCount, c.KvHeadCount, c.HeadDim));
        Assert.Equal((262_208, 131_072, 1e-6f, 1 / 16f), (c.VocabularySize, c.ContextLength, c.NormEpsilon, c.AttentionScale));
        Assert.Equal((1_000_000f, new LinearRopeScaling(8), 10_000f), (c.Rope!.Theta, c.Rope.Scaling, c.SlidingRope!.Theta));
        Assert.Equal((1024, true, 5), (c.SlidingWindow, c.HasTiedOutput, Enumerable.Range(0, 34).Count(layer => c.WindowOf(layer) == 0)));
    }

    [Theory]
    [InlineData("{ \"model_type\": \"gemma3\" }", ModelFormatError.MissingKey, "text_config")]
    [InlineData("{ \"model_type\": \"gemma3\", \"text_config\": 3 }", ModelFormatError.MissingKey, "text_config")]
    [InlineData("{ \"model_type\": \"gemma3\", \"text_config\": { \"model_type\": \"mamba\" } }", ModelFormatError.Unsupported, "mamba")]
    [InlineData("{ \"model_type\": \"gemma3\", \"quantization_config\": {}, \"text_config\": {} }", ModelFormatError.Unsupported, "quantization_config")]
    public void Part_that_is_missing_or_another_is_refused(string config, ModelFormatError kind, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), config);

        var error = Assert.Throws<ModelFormatException>(() => DecoderConfiguration.FromFolder(folder.Path));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
