using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>A tiny BERT from both kinds of files, against <c>golden/architectures/bert</c>.</summary>
public sealed class BertArchitectureGoldenTests
{
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Embeddings_and_hidden_states_equal_the_reference(bool fromGguf)
    {
        using var team = new ThreadTeam(2);
        using TransformerEncoder encoder = Load(fromGguf, team);
        using var batch = new EncoderBatch();
        foreach (string name in new[] { "a", "b", "c", "d" })
            batch.Add(Sequence(name).GetProperty("ids").Deserialize<int[]>());

        encoder.Encode(batch, TestContext.Current.CancellationToken);

        AssertClose("mean", Pool(batch, Pooling.Mean, isNormalized: false));
        AssertClose("mean_normalised", Pool(batch, Pooling.Mean, isNormalized: true));
        AssertClose("cls", Pool(batch, Pooling.Cls, isNormalized: false));
        float[] hidden = Reference("b.hidden");
        AssertClose(hidden[^batch.GetHidden(1).Length..], batch.GetHidden(1).ToArray(), "b.hidden");
    }

    [Fact]
    public void Token_types_change_the_result_as_in_the_reference()
    {
        using var team = new ThreadTeam(1);
        using TransformerEncoder encoder = Load(fromGguf: false, team);
        using var batch = new EncoderBatch();
        JsonElement golden = Sequence("c_types");
        batch.Add(
            golden.GetProperty("ids").Deserialize<int[]>(), golden.GetProperty("token_type_ids").Deserialize<int[]>());

        encoder.Encode(batch, TestContext.Current.CancellationToken);

        AssertClose(Reference("c_types.last_hidden"), batch.GetHidden(0).ToArray(), "c_types");
    }

    [Fact]
    public void Impossible_input_is_refused()
    {
        using var team = new ThreadTeam(1);
        using TransformerEncoder encoder = Load(fromGguf: true, team);
        using var batch = new EncoderBatch();
        Assert.Throws<ArgumentException>(() => batch.Add([]));
        Assert.Throws<ArgumentException>(() => batch.Add([1, 2], [0]));
        batch.Add(new int[129]);
        Assert.Throws<ArgumentException>(() => encoder.Encode(batch, CancellationToken.None));
        batch.Clear();
        batch.Add([320]);
        Assert.Throws<ArgumentException>(() => encoder.Encode(batch, CancellationToken.None));
        batch.Clear();
        batch.Add([3], [2]);
        Assert.Throws<ArgumentException>(() => encoder.Encode(batch, CancellationToken.None));
    }

    private static float[] Pool(EncoderBatch batch, Pooling pooling, bool isNormalized)
    {
        int dim = 32;
        var result = new float[batch.SequenceCount * dim];
        for (int i = 0; i < batch.SequenceCount; i++)
            EmbeddingPooling.Apply(batch.GetHidden(i), pooling, isNormalized, result.AsSpan(i * dim, dim));

        return result;
    }

    private static TransformerEncoder Load(bool fromGguf, ThreadTeam team)
    {
        var options = new TransformerOptions { Team = team, Activation = ActivationType.Float32 };
        if (fromGguf)
        {
            GgufFile file = GgufFile.Open(SharedFiles.Golden("architectures/bert/gguf/bert-f16.gguf"));
            return TransformerEncoder.Load(file, EncoderConfiguration.FromGguf(file), options);
        }

        HuggingFaceModel model = HuggingFaceModel.Open(SharedFiles.Golden("architectures/bert/hf"));
        return TransformerEncoder.Load(model, model.Encoder!, options);
    }

    private static JsonElement Sequence(string name) =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden("architectures/bert/expected.json"))).RootElement
            .GetProperty("sequences").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);

    private static float[] Reference(string name)
    {
        using var file = SafetensorsFile.Open(SharedFiles.Golden("architectures/bert/expected.safetensors"));
        Assert.True(file.TryGetTensor(name, out TensorView view));
        return view.ToFloats();
    }

    private static void AssertClose(string name, float[] actual) => AssertClose(Reference(name), actual, name);

    private static void AssertClose(float[] expected, float[] actual, string name)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(worst <= Tolerance, $"{name}: worst difference {worst:E2}");
    }
}
