using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cairn.Models.Configuration;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Heads without a golden, put on golden encoders, against the formula in double precision.</summary>
public sealed class EncoderHeadTests
{
    private const int Seed = 11;
    private const int Width = 32;
    private const int Labels = 3;

    private static readonly string[] Names = ["negative", "neutral", "positive"];

    [Fact]
    public void ModernBert_pools_the_mean_and_norms_after_gelu()
    {
        var random = new Random(Seed);
        var (dense, gain, output, bias) = (Values(random, Width * Width), Values(random, Width), Values(random, Labels * Width), Values(random, Labels));
        using var folder = new TemporaryFolder();
        Write(folder, "modernbert", "ModernBertForSequenceClassification",
            ("head.dense.weight", [Width, Width], dense), ("head.norm.weight", [Width], gain),
            ("classifier.weight", [Labels, Width], output), ("classifier.bias", [Labels], bias));

        AssertLogits(folder.Path, (hidden, tokens) =>
        {
            double[] mean = [.. Enumerable.Range(0, Width).Select(i => Enumerable.Range(0, tokens).Average(t => (double)hidden[(t * Width) + i]))];
            double[] activated = [.. Multiply(dense, mean).Select(x => x * NormalDistribution(x))];
            double center = activated.Average();
            double scale = 1 / Math.Sqrt(activated.Average(x => (x - center) * (x - center)) + 1e-5);
            return [.. Multiply(output, [.. activated.Select((x, i) => (x - center) * scale * gain[i])]).Select((x, i) => x + bias[i])];
        });
    }

    [Fact]
    public void DistilBert_has_a_relu_on_the_first_token()
    {
        var random = new Random(Seed);
        var (dense, first, output, bias) = (Values(random, Width * Width), Values(random, Width), Values(random, Labels * Width), Values(random, Labels));
        using var folder = new TemporaryFolder();
        Write(folder, "distilbert", "DistilBertForSequenceClassification",
            ("pre_classifier.weight", [Width, Width], dense), ("pre_classifier.bias", [Width], first),
            ("classifier.weight", [Labels, Width], output), ("classifier.bias", [Labels], bias));

        AssertLogits(folder.Path, (hidden, _) =>
        {
            double[] token = [.. hidden.Take(Width).Select(x => (double)x)];
            double[] activated = [.. Multiply(dense, token).Select((x, i) => Math.Max(0, x + first[i]))];
            return [.. Multiply(output, activated).Select((x, i) => x + bias[i])];
        });
    }

    private static void AssertLogits(string folder, Func<float[], int, double[]> expected)
    {
        using var team = new ThreadTeam(1);
        HuggingFaceModel model = HuggingFaceModel.Open(folder);
        ModelValidator.ValidateEncoder(model, model.Encoder!);
        using var encoder = TransformerEncoder.Load(
            model, model.Encoder!, new TransformerOptions { Team = team, Activation = ActivationType.Float32 });
        using var batch = new EncoderBatch();
        batch.Add([1, 40, 50, 60, 2]);
        encoder.Encode(batch, TestContext.Current.CancellationToken);
        var logits = new float[Labels];

        encoder.Head!.Apply(batch.GetHidden(0), logits);

        Assert.Equal(Names, encoder.Head.Labels);
        double[] reference = expected(batch.GetHidden(0).ToArray(), 5);
        for (int i = 0; i < Labels; i++)
            Assert.True(Math.Abs(reference[i] - logits[i]) <= 2e-4, $"seed {Seed}: {logits[i]}, not {reference[i]}");
    }

    private static void Write(TemporaryFolder folder, string model, string architecture, params (string Name, long[] Shape, float[] Values)[] head)
    {
        string source = SharedFiles.Golden($"architectures/{model}/hf");
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!.AsObject();
        config["architectures"] = new JsonArray(architecture);
        config["id2label"] = new JsonObject(Names.Select((name, id) => KeyValuePair.Create($"{id}", (JsonNode?)name)));
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());

        using var encoder = SafetensorsFile.Open(Path.Combine(source, "model.safetensors"));
        var writer = new SafetensorsWriter();
        foreach (TensorInfo tensor in encoder.Tensors)
        {
            Assert.True(encoder.TryGetTensor(tensor.Name, out TensorView view));
            float[] values = view.ToFloats();
            writer.AddTensor(tensor.Name, GgmlType.F32, tensor.Shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
        }

        foreach (var (name, shape, values) in head)
            writer.AddTensor(name, GgmlType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

        writer.Write(folder.File("model.safetensors"));
    }

    private static double[] Multiply(float[] matrix, double[] x) =>
        [.. matrix.Chunk(x.Length).Select(row => row.Zip(x, (a, b) => a * b).Sum())];

    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    /// <summary>Φ(x) by Simpson's rule.</summary>
    private static double NormalDistribution(double x)
    {
        const int Steps = 2000;
        double step = x / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * (i * step) * (i * step));
        }

        return 0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }
}
