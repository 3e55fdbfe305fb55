using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests;

/// <summary>Vectors and scores have the same bits for 1, 2, 3 and 4 threads, in batches that are dealt out and in those that are not.</summary>
public sealed class ThreadCountTests
{
    private const string Sentence = "The hut stands above the lake, behind the third marker of the old path. ";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ActivationType.Int8)]
    [InlineData(ActivationType.Float32)]
    public void Embeddings_have_the_same_bits_for_1_to_4_threads(ActivationType activation)
    {
        string[] even = [.. Enumerable.Range(0, 12).Select(i => i + " " + Repeat(7))];
        string[] uneven = [Repeat(18), "n", "", Repeat(2), Repeat(5)];
        float[][]? expected = null;
        for (int threads = 1; threads <= 4; threads++)
        {
            using EmbeddingModel model = EmbeddingModel.Load(
                Repository.Path("models/all-minilm-l6-v2"), new ModelLoadOptions { Threads = threads, Activation = activation }, Token);

            float[][] actual =
                [.. model.Embed(even, Token), .. model.Embed(uneven, Token), .. model.Embed([Repeat(3)], Token)];

            expected ??= actual;
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Texts_that_are_tokens_already_get_the_same_vectors()
    {
        using EmbeddingModel model = EmbeddingModel.Load(
            Repository.Path("models/all-minilm-l6-v2"), new ModelLoadOptions { Threads = 2 }, Token);
        string[] texts = [Repeat(1), "n", Repeat(4)];
        int[][] ids = [.. texts.Select(text => model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: true))];

        Assert.Equal(model.Embed(texts, Token), model.EmbedTokens(ids, Token));
        Assert.Throws<ArgumentException>(() => model.EmbedTokens([[]], Token));
        Assert.Throws<ArgumentException>(() => model.EmbedTokens([new int[model.MaxTokens + 1]], Token));
    }

    [Theory]
    [InlineData(ActivationType.Int8)]
    [InlineData(ActivationType.Float32)]
    public void Rerank_scores_have_the_same_bits_for_1_to_4_threads(ActivationType activation)
    {
        string[] documents = [.. Enumerable.Range(0, 9).Select(i => Repeat(i % 3) + i)];
        float[]? expected = null;
        for (int threads = 1; threads <= 4; threads++)
        {
            using RerankModel model = RerankModel.Load(
                SharedFiles.Golden("architectures/bert-cross-encoder/hf"),
                new ModelLoadOptions { Threads = threads, Activation = activation }, Token);

            float[] actual = model.Score("Where is the hut?", documents, Token);

            expected ??= actual;
            Assert.Equal(expected, actual);
        }
    }

    private static string Repeat(int sentences) => string.Concat(Enumerable.Repeat(Sentence, sentences));
}
