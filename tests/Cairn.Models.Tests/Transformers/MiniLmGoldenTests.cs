using System.Numerics.Tensors;
using System.Text.Json;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>The encoder against the float64 reference of <c>golden/minilm</c>.</summary>
public sealed class MiniLmGoldenTests
{
    private const float Tolerance = 1e-5f;

    [Fact]
    public void Float_embeddings_equal_the_reference()
    {
        float[][] expected = Reference();
        float[][] embeddings = Embed(ActivationType.Float32, ReadCases());
        double worst = Enumerable.Range(0, expected.Length).Max(i => MaxDifference(expected[i], embeddings[i]));

        TestContext.Current.SendDiagnosticMessage("{0} texts, worst difference {1:E2}", expected.Length, worst);
        Assert.True(worst <= Tolerance, $"worst difference {worst:E2}");
    }

    [Fact]
    public void Int8_embeddings_point_the_same_way_as_the_reference()
    {
        float[][] expected = Reference();
        float[][] embeddings = Embed(ActivationType.Int8, ReadCases());
        double worst = Enumerable.Range(0, expected.Length)
            .Min(i => TensorPrimitives.CosineSimilarity<float>(expected[i], embeddings[i]));

        TestContext.Current.SendDiagnosticMessage("{0} texts, smallest cosine {1:F6}", expected.Length, worst);
        Assert.True(worst >= 0.999, $"smallest cosine {worst:F6}");
    }

    [Theory]
    [InlineData(ActivationType.Float32)]
    [InlineData(ActivationType.Int8)]
    public void Embedding_alone_equals_embedding_in_a_batch_of_mixed_lengths(ActivationType activation)
    {
        int[][] cases = ReadCases();
        float[][] together = Embed(activation, cases);
        foreach (int i in new[] { 0, 13, 27, 41, 58 })
            Assert.True(MaxDifference(together[i], Embed(activation, [cases[i]])[0]) <= Tolerance);
    }

    [Theory]
    [InlineData("t05")]
    [InlineData("t30")]
    public void Last_hidden_states_equal_the_reference(string id)
    {
        using var expected = SafetensorsFile.Open(SharedFiles.Golden("minilm/hidden.safetensors"));
        Assert.True(expected.TryGetTensor(id, out TensorView view));
        int index = int.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        using var team = new ThreadTeam(2);
        using TransformerEncoder encoder = Load(ActivationType.Float32, team);
        using var batch = new EncoderBatch();
        batch.Add(ReadCases()[index]);
        encoder.Encode(batch, TestContext.Current.CancellationToken);

        Assert.True(MaxDifference(view.ToFloats(), batch.GetHidden(0).ToArray()) <= 5e-5);
    }

    private static float[][] Embed(ActivationType activation, int[][] cases)
    {
        using var team = new ThreadTeam(2);
        using TransformerEncoder encoder = Load(activation, team);
        using var batch = new EncoderBatch();
        foreach (int[] ids in cases)
            batch.Add(ids);

        encoder.Encode(batch, TestContext.Current.CancellationToken);
        var embeddings = new float[cases.Length][];
        for (int i = 0; i < cases.Length; i++)
        {
            embeddings[i] = new float[encoder.Configuration.HiddenSize];
            EmbeddingPooling.Apply(
                batch.GetHidden(i), encoder.Configuration.Pooling, encoder.Configuration.IsNormalized, embeddings[i]);
        }

        return embeddings;
    }

    private static TransformerEncoder Load(ActivationType activation, ThreadTeam team)
    {
        HuggingFaceModel model = HuggingFaceModel.Open(SharedFiles.Model("all-minilm-l6-v2"));
        return TransformerEncoder.Load(
            model, model.Encoder!, new TransformerOptions { Team = team, Activation = activation });
    }

    private static int[][] ReadCases() =>
    [
        .. File.ReadLines(SharedFiles.Golden("minilm/cases.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("ids").Deserialize<int[]>()!),
    ];

    private static float[][] Reference()
    {
        using var file = SafetensorsFile.Open(SharedFiles.Golden("minilm/embeddings.safetensors"));
        Assert.True(file.TryGetTensor("embeddings", out TensorView view));
        return [.. view.ToFloats().Chunk(view.Columns)];
    }

    private static double MaxDifference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}
