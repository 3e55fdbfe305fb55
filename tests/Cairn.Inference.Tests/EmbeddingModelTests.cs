using System.Numerics.Tensors;
using System.Text.Json;
using Cairn.Models;
using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Transformers;
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

    [Fact]
    public void A_decoder_made_for_embeddings_pools_the_last_token()
    {
        using var folder = new TemporaryFolder();
        string source = SharedFiles.Golden("architectures/qwen3/hf");
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, folder.File(Path.GetFileName(file)));

        Directory.CreateDirectory(folder.File("1_Pooling"));
        File.WriteAllText(folder.File("1_Pooling/config.json"), """{ "pooling_mode_lasttoken": true, "pooling_mode_mean_tokens": false }""");
        File.WriteAllText(folder.File("modules.json"), """
            [{ "path": "", "type": "sentence_transformers.models.Transformer" },
             { "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
             { "path": "2_Normalize", "type": "sentence_transformers.models.Normalize" }]
            """);
        string[] texts = ["The hut stands above the lake.", "Where?"];
        using EmbeddingModel model = EmbeddingModel.Load(folder.Path, new ModelLoadOptions { Threads = 2, Activation = ActivationType.Float32 }, Token);

        float[][] vectors = model.Embed(texts, Token);

        using var team = new ThreadTeam(2);
        HuggingFaceModel weights = HuggingFaceModel.Open(source);
        using var decoder = TransformerDecoder.Load(
            weights, weights.Decoder!, new TransformerOptions { Team = team, Activation = ActivationType.Float32 }, Token);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] hidden = DecoderEncoding.Encode(decoder, [model.Tokenizer.Encode(texts[i], addSpecial: true)], Token)[0];
            float[] last = hidden[^model.Dimensions..];
            Assert.Equal(1, TensorPrimitives.Norm<float>(vectors[i]), 1e-5f);
            Assert.True(TensorPrimitives.CosineSimilarity<float>(last, vectors[i]) > 0.99999f);
        }

        Assert.Equal(Pooling.Last, model.Pooling);
        Assert.Null(model.Configuration);
    }

    [Fact]
    public void A_language_model_without_a_pooling_is_refused()
    {
        string path = SharedFiles.Golden("architectures/llama2/gguf/llama2-f16.gguf");

        var error = Assert.Throws<ModelFormatException>(() => EmbeddingModel.Load(path, cancellationToken: Token));

        Assert.Equal(ModelFormatError.Unsupported, error.Kind);
        Assert.Contains("language model", error.Message, StringComparison.Ordinal);
    }

    private static EmbeddingModel Load(ActivationType activation) => EmbeddingModel.Load(
        SharedFiles.Model("all-minilm-l6-v2"), new ModelLoadOptions { Threads = 2, Activation = activation });
}
