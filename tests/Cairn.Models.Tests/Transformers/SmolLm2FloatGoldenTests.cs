using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>The float path against the float64 reference of <c>golden/smollm2</c>.</summary>
public sealed class SmolLm2FloatGoldenTests : IDisposable
{
    private const double LogitTolerance = 2e-3;
    private const double LogProbabilityTolerance = 1e-3;

    private readonly TestDecoder _model =
        new(SharedFiles.Model("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"), ActivationType.Float32);

    [Fact]
    public void Log_probabilities_of_every_case_but_the_longest_equal_the_reference()
    {
        double worst = 0;
        foreach (SmolLm2Case golden in SmolLm2Case.ReadAll().Where(golden => golden.Ids.Length <= 1000))
            worst = Math.Max(worst, WorstDifference(golden));

        TestContext.Current.SendDiagnosticMessage("worst difference of a log-probability: {0:E2}", worst);
        Assert.True(worst <= LogProbabilityTolerance, $"worst difference {worst:E2}");
    }

    [Theory]
    [InlineData("prose-capital")]
    [InlineData("chat-short")]
    [InlineData("code-python")]
    public void Logits_of_the_last_position_equal_the_reference(string id)
    {
        using var expected = SafetensorsFile.Open(SharedFiles.Golden("smollm2/logits.safetensors"));
        Assert.True(expected.TryGetTensor(id, out TensorView view));
        float[] reference = view.ToFloats();

        float[] logits = _model.Logits(Case(id).Ids)[^1];

        double worst = reference.Zip(logits, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(worst <= LogitTolerance, $"worst difference {worst:E2}");
    }

    [Theory]
    [InlineData("prose-capital")]
    [InlineData("chat-short")]
    public void Hidden_states_equal_the_reference(string id)
    {
        using var expected = SafetensorsFile.Open(SharedFiles.Golden("smollm2/hidden.safetensors"));
        var last = new Dictionary<int, float[]>();
        int hidden = _model.Decoder.Configuration.HiddenSize;
        _model.Decoder.Observer = (layer, _, values) => last[layer] = values[^hidden..].ToArray();
        _model.Logits(Case(id).Ids);

        foreach ((string name, int layer) in new[] { ("embed", -1), ("layer0", 0), ("layer1", 1), ("layer15", 15), ("layer29", 29), ("final_norm", 30) })
        {
            Assert.True(expected.TryGetTensor($"{id}/{name}", out TensorView view));
            float[] reference = view.ToFloats();
            double scale = reference.Max(Math.Abs);
            double worst = reference.Zip(last[layer], (a, b) => Math.Abs((double)a - b)).Max() / scale;
            Assert.True(worst <= 1e-3, $"{name}: worst relative difference {worst:E2}");
        }
    }

    [Fact]
    public void Greedy_choices_along_the_reference_equal_it_where_the_margin_allows()
    {
        foreach (SmolLm2Case golden in SmolLm2Case.ReadAll().Where(golden => golden.Ids.Length < 100))
        {
            int[] ids = [.. golden.Ids, .. golden.Greedy.Ids];
            float[][] logits = _model.Logits(ids);
            for (int step = 0; step < golden.Greedy.Ids.Length; step++)
            {
                if (golden.Greedy.Margins[step] > 0.005)
                    Assert.Equal(golden.Greedy.Ids[step], TestDecoder.ArgMax(logits[golden.Ids.Length - 1 + step]));
            }
        }
    }

    public void Dispose() => _model.Dispose();

    private static SmolLm2Case Case(string id) => SmolLm2Case.ReadAll().Single(golden => golden.Id == id);

    private double WorstDifference(SmolLm2Case golden)
    {
        float[][] logits = _model.Logits(golden.Ids);
        double worst = 0;
        foreach (SmolLm2Position position in golden.Positions)
        {
            float[] row = logits[position.Position];
            double logSumExp = TestDecoder.LogSumExp(row);
            for (int i = 0; i < position.TopIds.Length; i++)
                worst = Math.Max(worst, Math.Abs(row[position.TopIds[i]] - logSumExp - position.TopLogprobs[i]));

            if (position.NextLogprob is { } next)
                worst = Math.Max(worst, Math.Abs(row[golden.Ids[position.Position + 1]] - logSumExp - next));
        }

        return worst;
    }
}
