using System.Numerics.Tensors;
using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Inference.Tests;

public sealed class EmbeddingModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Embeddings_of_all_reference_texts_equal_the_reference()
    {
        using EmbeddingModel model = Load(ActivationType.Float32);
        JsonElement[] cases = [.. File.ReadLines(SharedFiles.Golden("minilm/cases.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        using var reference = SafetensorsFile.Open(SharedFiles.Golden("minilm/embeddings.safetensors"));
        Assert.True(reference.TryGetTensor("embeddings", out TensorView view));
        float[] expected = view.ToFloats();

        IReadOnlyList<TextEmbedding> embeddings =
            model.EmbedTexts([.. cases.Select(golden => golden.GetProperty("text").GetString()!)], Token);

        for (int i = 0; i < cases.Length; i++)
        {
            int tokens = cases[i].GetProperty("tokens_without_limit").GetInt32();
            Assert.Equal((tokens, tokens > 256), (embeddings[i].TokenCount, embeddings[i].IsTruncated));
            for (int d = 0; d < model.Dimensions; d++)
                Assert.Equal(expected[(i * model.Dimensions) + d], embeddings[i].Vector[d], 1e-5f);
        }
    }

    [Fact]
    public void Vectors_come_in_the_order_of_the_texts_whatever_their_lengths()
    {
        using EmbeddingModel model = Load(ActivationType.Int8);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => string.Join(' ', Enumerable.Repeat($"stone {i}", 1 + (i * 7 % 30))))];

        float[][] together = model.Embed(texts, Token);

        for (int i = 0; i < texts.Length; i += 9)
        {
            float[] alone = model.Embed([texts[i]], Token)[0];
            Assert.True(TensorPrimitives.CosineSimilarity<float>(alone, together[i]) > 0.99999f);
        }
    }

    [Fact]
    public void No_texts_give_no_vectors()
    {
        using EmbeddingModel model = Load(ActivationType.Int8);
        Assert.Empty(model.Embed([], Token));
    }

    [Fact]
    public void Cancelled_call_throws_and_leaves_the_model_usable()
    {
        using EmbeddingModel model = Load(ActivationType.Int8);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Embed(["a"], cancelled.Token));
        Assert.Single(model.Embed(["a"], Token));
    }

    private static EmbeddingModel Load(ActivationType activation) => EmbeddingModel.Load(
        SharedFiles.Model("all-minilm-l6-v2"), new ModelLoadOptions { Threads = 2, Activation = activation });
}
