using Cairn.Models.Tokenizers;
using Cairn.Models.Tokenizers.Reading;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Reading;

public sealed class FolderSettingsTests
{
    [Theory]
    [InlineData("""{"eos_token_id": 5}""", """{"eos_token_id": 1, "vocab_size": 9}""", new[] { 5 })]
    [InlineData("""{"eos_token_id": [5, 6]}""", """{"eos_token_id": 1, "vocab_size": 9}""", new[] { 5, 6 })]
    [InlineData("{}", """{"eos_token_id": 1, "vocab_size": 9}""", new[] { 1 })]
    [InlineData("""{"eos_token_id": null}""", """{"vocab_size": 9}""", new int[0])]
    public void Generation_settings_go_before_the_configuration(string generation, string config, int[] expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("generation_config.json"), generation);
        File.WriteAllText(folder.File("config.json"), config);

        var settings = FolderSettings.Read(folder.File("tokenizer.json"));

        Assert.Equal(expected, settings.EndIds);
        Assert.Equal(9, settings.VocabularySize);
    }

    [Theory]
    [InlineData("""{"eos_token_id": "x"}""")]
    [InlineData("""{"eos_token_id": -1}""")]
    [InlineData("""{"eos_token_id": [1, {}]}""")]
    [InlineData("[]")]
    public void Nonsense_is_refused(string generation)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("generation_config.json"), generation);

        Assert.Throws<ModelFormatException>(() => FolderSettings.Read(folder.File("tokenizer.json")));
    }

    [Fact]
    public void Rows_of_the_embedding_without_a_token_become_unused_ids()
    {
        var tokenizer = Tokenizer.Load(SharedFiles.Golden("architectures/qwen2/hf"));

        Assert.Equal(328, tokenizer.VocabularySize);
        Assert.Equal("[PAD327]", tokenizer.GetToken(327));
    }
}
