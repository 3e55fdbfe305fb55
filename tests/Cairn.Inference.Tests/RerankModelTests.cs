using System.Text.Json;
using Cairn.Models;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class RerankModelTests
{
    private static readonly string[] Documents =
        ["The hut stands above the lake, behind the third marker.", "Quantisation stores weights in four or eight bits.", "n", ""];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bert-cross-encoder", "hf")]
    [InlineData("bert-cross-encoder", "gguf/bert-cross-encoder-pooler-f16.gguf")]
    [InlineData("xlm-roberta-reranker", "hf")]
    [InlineData("xlm-roberta-reranker", "gguf/xlm-roberta-reranker-f16.gguf")]
    public void Scores_of_texts_equal_the_reference(string model, string file)
    {
        using RerankModel reranker = Load(model, file);
        using var expected = JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden($"architectures/{model}/expected.json")));
        foreach (JsonElement pair in expected.RootElement.GetProperty("sequences").EnumerateArray())
        {
            float score = reranker.Score(pair.GetProperty("text").GetString()!, [pair.GetProperty("text_pair").GetString()!], Token)[0];

            Assert.Equal(pair.GetProperty("score").GetSingle(), score, expected.RootElement.GetProperty("tolerance_abs").GetSingle());
        }
    }

    [Fact]
    public async Task Callers_of_several_threads_get_their_own_scores()
    {
        using RerankModel reranker = Load("xlm-roberta-reranker", "hf");
        float[][] alone = [.. Documents.Select(document => reranker.Score("Where is the hut?", [document], Token))];

        float[][] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => reranker.Score("Where is the hut?", Documents, Token), Token)));

        foreach (float[] scores in together)
        {
            for (int i = 0; i < Documents.Length; i++)
                Assert.Equal(alone[i][0], scores[i], 2e-5f);
        }
    }

    [Fact]
    public void A_long_document_is_cut_at_the_models_limit()
    {
        using RerankModel reranker = Load("bert-cross-encoder", "hf");
        string document = string.Join(' ', Enumerable.Repeat(Documents[0], 40));

        float[] scores = reranker.Score("Where is the hut?", [document, document + " " + document], Token);

        Assert.Equal(scores[0], scores[1]);
        Assert.Empty(reranker.Score("Where is the hut?", [], Token));
    }

    [Fact]
    public void A_cancelled_call_throws_and_leaves_the_model_usable()
    {
        using RerankModel reranker = Load("bert-cross-encoder", "hf");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => reranker.Score("a", ["b"], cancelled.Token));
        Assert.Single(reranker.Score("a", ["b"], Token));
    }

    [Theory]
    [InlineData("bert-cross-encoder", "gguf/bert-cross-encoder-f16.gguf", ModelFormatError.MissingTensor, "cls.weight")]
    [InlineData("bert", "hf", ModelFormatError.Unsupported, "cls.output.weight")]
    [InlineData("nomic-bert", "gguf/nomic-bert-f16.gguf", ModelFormatError.Unsupported, "cls.output.weight")]
    public void Models_without_a_whole_head_are_refused(string model, string file, ModelFormatError kind, string named)
    {
        var error = Assert.Throws<ModelFormatException>(() => Load(model, file));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_names_its_labels()
    {
        using var model = ClassificationModel.Load(SharedFiles.Golden("architectures/bert-cross-encoder/hf"), new ModelLoadOptions { Threads = 1 }, Token);

        Assert.Equal(["LABEL_0"], model.Labels);
        Assert.Single(model.Classify(["one text"], Token)[0]);
        Assert.Single(model.Classify([new TextPair("one", "two")], Token)[0]);
    }

    private static RerankModel Load(string model, string file) => RerankModel.Load(
        SharedFiles.Golden($"architectures/{model}/{file}"),
        new ModelLoadOptions { Threads = 2, Activation = ActivationType.Float32 });
}
