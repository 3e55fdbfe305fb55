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

/// <summary>A tiny encoder of <c>golden/architectures</c>, from one of its files, with what the reference computed.</summary>
internal sealed class EncoderGolden : IDisposable
{
    private readonly string _folder;
    private readonly JsonDocument _expected;
    private readonly SafetensorsFile _tensors;
    private readonly ThreadTeam _team = new(2);
    private readonly TemporaryFolder _copy = new();

    /// <param name="model">Name of the model.</param>
    /// <param name="source">A GGUF file's name, <c>hf</c>, or <c>config.v5.json</c> for the folder with that configuration.</param>
    public EncoderGolden(string model, string source)
    {
        _folder = SharedFiles.Golden($"architectures/{model}");
        _expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "expected.json")));
        _tensors = SafetensorsFile.Open(Path.Combine(_folder, "expected.safetensors"));
        Tolerance = _expected.RootElement.GetProperty("tolerance_abs").GetDouble();
        var options = new TransformerOptions { Team = _team, Activation = ActivationType.Float32 };
        if (source.EndsWith(".gguf", StringComparison.Ordinal))
        {
            var file = GgufFile.Open(Path.Combine(_folder, "gguf", source));
            Encoder = TransformerEncoder.Load(file, ModelValidator.ValidateEncoder(file), options);
            return;
        }

        var folder = HuggingFaceModel.Open(source == "hf" ? Path.Combine(_folder, source) : CopyWith(source));
        ModelValidator.ValidateEncoder(folder, folder.Encoder!);
        Encoder = TransformerEncoder.Load(folder, folder.Encoder!, options);
    }

    /// <summary>The encoder, with float activations.</summary>
    public TransformerEncoder Encoder { get; }

    /// <summary>Greatest difference that is allowed.</summary>
    public double Tolerance { get; }

    /// <summary>Greatest difference seen so far.</summary>
    public double Worst { get; private set; }

    /// <summary>All of expected.json.</summary>
    public JsonElement Root => _expected.RootElement;

    /// <summary>A sequence of expected.json.</summary>
    public JsonElement Sequence(string name) =>
        Root.GetProperty("sequences").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);

    /// <summary>Runs sequences of expected.json together.</summary>
    public EncoderBatch Run(params IReadOnlyList<string> names)
    {
        var batch = new EncoderBatch();
        foreach (string name in names)
        {
            JsonElement sequence = Sequence(name);
            int[] types = sequence.TryGetProperty("token_type_ids", out JsonElement ids) ? ids.Deserialize<int[]>()! : [];
            batch.Add(sequence.GetProperty("ids").Deserialize<int[]>()!, types);
        }

        Encoder.Encode(batch, TestContext.Current.CancellationToken);
        return batch;
    }

    /// <summary>A tensor of expected.safetensors.</summary>
    public float[] Reference(string name)
    {
        Assert.True(_tensors.TryGetTensor(name, out TensorView view), $"no '{name}' in the golden");
        return view.ToFloats();
    }

    /// <summary>Demands that values equal a tensor of expected.safetensors.</summary>
    public void AssertEqual(string name, ReadOnlySpan<float> actual) => AssertEqual(Reference(name), actual, name);

    /// <summary>Demands that values equal others.</summary>
    public void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string name)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            Assert.True(difference <= Tolerance, $"{name}[{i}]: {actual[i]}, not {expected[i]}");
            Worst = Math.Max(Worst, difference);
        }
    }

    public void Dispose()
    {
        Encoder.Dispose();
        _team.Dispose();
        _tensors.Dispose();
        _expected.Dispose();
        _copy.Dispose();
    }

    private string CopyWith(string config)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(_folder, "hf")))
            File.Copy(file, _copy.File(Path.GetFileName(file)));

        File.Copy(Path.Combine(_folder, config), _copy.File("config.json"), overwrite: true);
        return _copy.Path;
    }
}
