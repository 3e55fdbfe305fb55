using System.Text.Json.Nodes;
using Cairn.Models;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests;

/// <summary>A model loaded from its Hugging Face folder is the one of its GGUF file.</summary>
public sealed class FolderModelTests
{
    private const string Text = "The house by the river was old, and nobody had lived in it for years.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("llama-linear")]
    [InlineData("llama-yarn")]
    [InlineData("mixtral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("phi3")]
    [InlineData("phi3-longrope")]
    [InlineData("granite", "f32")]
    [InlineData("olmo2")]
    [InlineData("gpt2")]
    public async Task Folder_and_file_score_and_write_the_same(string name, string type = "f16")
    {
        using LanguageModel file = Load(SharedFiles.Golden($"architectures/{name}/gguf/{name}-{type}.gguf"));
        using LanguageModel folder = Load(SharedFiles.Golden($"architectures/{name}/hf"));

        int[] ids = folder.Tokenizer.Encode(Text);
        Assert.Equal(file.Tokenizer.Encode(Text), ids);
        Assert.Equal(Ends(file), Ends(folder));
        Assert.Equal(file.Configuration.VocabularySize, folder.Tokenizer.VocabularySize);
        double[] expected = [.. file.Score(ids, cancellationToken: Token).LogProbabilities.Skip(1)];
        double[] got = [.. folder.Score(ids, cancellationToken: Token).LogProbabilities.Skip(1)];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], got[i], 2e-5);

        Assert.Equal(await Continue(file, ids), await Continue(folder, ids));
    }

    [Fact]
    public void End_of_an_answer_comes_from_the_generation_settings()
    {
        using TemporaryFolder copy = Copy("llama2");
        File.WriteAllText(copy.File("generation_config.json"), """{"eos_token_id": [1, 7]}""");

        using LanguageModel model = Load(copy.Path);

        Assert.Equal([1, 7], model.Tokenizer.EndOfGenerationIds.Order());
    }

    [Fact]
    public void Template_of_the_folder_is_the_models()
    {
        using TemporaryFolder copy = Copy("llama2");
        File.WriteAllText(copy.File("chat_template.jinja"), "{{ messages[0].content }}!");

        using LanguageModel model = Load(copy.Path);

        Assert.False(model.ChatTemplate!.IsBuiltIn);
    }

    [Fact]
    public void Encoder_is_refused_by_name()
    {
        var error = Assert.Throws<ModelFormatException>(() => Load(SharedFiles.Golden("architectures/bert/hf")));

        Assert.Contains("'bert'", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ModelFormatException>(
            () => EmbeddingModel.Load(SharedFiles.Golden("architectures/llama2/hf"), cancellationToken: Token));
        Assert.Contains("does not say how it would embed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert", "##ro")]
    [InlineData("llama2", "he")]
    public void Piece_of_text_without_an_embedding_row_is_refused(string model, string piece)
    {
        using TemporaryFolder copy = Copy(model);
        string path = copy.File("tokenizer.json");
        JsonNode tokenizer = JsonNode.Parse(File.ReadAllText(path))!;
        JsonObject vocabulary = tokenizer["model"]!["vocab"]!.AsObject();
        Assert.True(vocabulary.ContainsKey(piece));
        vocabulary[piece] = 655;
        File.WriteAllText(path, tokenizer.ToJsonString());

        var error = Assert.Throws<ModelFormatException>(
            () => model == "bert" ? EmbeddingModel.Load(copy.Path, cancellationToken: Token) : (IDisposable)Load(copy.Path));

        Assert.Equal(ModelFormatError.VocabMismatch, error.Kind);
        Assert.Contains(piece, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_without_a_model_says_what_is_missing()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<FileNotFoundException>(() => Load(folder.Path));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    private static LanguageModel Load(string path) => LanguageModel.Load(
        path, new ModelLoadOptions { Threads = 2, Activation = ActivationType.Float32 }, Token);

    /// <summary>Ids that end an answer, but for one that the converter of the golden put into an unused row of qwen2.</summary>
    private static IEnumerable<int> Ends(LanguageModel model) =>
        model.Tokenizer.EndOfGenerationIds.Where(id => model.Tokenizer.GetToken(id) != "<|endoftext|>").Order();

    private static async Task<List<int>> Continue(LanguageModel model, int[] ids)
    {
        var tokens = new List<int>();
        var options = new GenerationOptions { Temperature = 0, MaxTokens = 24, IgnoreEndOfGeneration = true };
        await foreach (GeneratedToken token in model.GenerateAsync(ids, options, Token))
            tokens.Add(token.Id);

        return tokens;
    }

    private static TemporaryFolder Copy(string name)
    {
        var copy = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(SharedFiles.Golden($"architectures/{name}/hf")))
            File.Copy(file, copy.File(Path.GetFileName(file)));

        return copy;
    }
}
