using System.Text.Json;
using Cairn.Models.Adapters;
using Cairn.Models.Safetensors;
using Cairn.Models.Tests.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>One adapter of <c>golden/architectures/adapters</c>: its files, its base model, and what PEFT computes.</summary>
internal sealed class AdapterCase
{
    private readonly string _folder;
    private readonly JsonElement _expected;
    private readonly JsonElement _base;

    public AdapterCase(string name)
    {
        _folder = SharedFiles.Golden($"architectures/adapters/{name}");
        _expected = Read(Path.Combine(_folder, "expected.json"));
        BaseName = _expected.GetProperty("base").GetString()!;
        _base = Read(SharedFiles.Golden($"architectures/{BaseName}/expected.json"));
        Tolerance = _expected.GetProperty("tolerance_abs").GetDouble();
        PeftPath = Path.Combine(_folder, "peft");
        GgufPath = Path.Combine(_folder, $"{name}.gguf");
    }

    public string BaseName { get; }

    public double Tolerance { get; }

    public string PeftPath { get; }

    public string GgufPath { get; }

    public string BaseGgufPath => SharedFiles.Golden($"architectures/{BaseName}/gguf/{BaseName}-f16.gguf");

    public string BaseFolderPath => SharedFiles.Golden($"architectures/{BaseName}/hf");

    /// <summary>Tokens that the greedy choice gives after <c>seven</c>.</summary>
    public int[] GreedyTokens => _expected.GetProperty("greedy").GetProperty("tokens").Deserialize<int[]>()!;

    /// <summary>Ids of a sequence of the base model.</summary>
    public int[] Ids(string sequence) => Find(sequence).GetProperty("ids").Deserialize<int[]>()!;

    /// <summary>The base model alone, in single precision.</summary>
    public TestDecoder LoadBase(bool fromFolder = false) => new(fromFolder ? BaseFolderPath : BaseGgufPath, ActivationType.Float32);

    /// <summary>Largest difference of logits from the stored ones.</summary>
    /// <param name="model">The base with its adapters set.</param>
    /// <param name="sequence"><c>seven</c> or <c>forty</c>.</param>
    /// <param name="tensor">Kind of logits: <c>logits</c> or <c>logits_scale_half</c>.</param>
    public double WorstDifference(TestDecoder model, string sequence, string tensor = "logits")
    {
        using var expected = SafetensorsFile.Open(Path.Combine(_folder, "expected.safetensors"));
        Assert.True(expected.TryGetTensor($"{sequence}.{tensor}", out var view));
        int[] rows = Find(sequence).GetProperty("logits_rows").Deserialize<int[]>()!;
        var logits = model.Logits(Ids(sequence));
        return view.ToFloats().Zip(rows.SelectMany(row => logits[row]), (one, other) => Math.Abs((double)one - other)).Max();
    }

    /// <summary>Loads an adapter for a decoder.</summary>
    public static LoraAdapter Load(TestDecoder model, string path)
    {
        using var file = AdapterFile.Open(path);
        return model.Decoder.LoadAdapter(file);
    }

    private JsonElement Find(string sequence) => _base.GetProperty("sequences").EnumerateArray()
        .Single(entry => entry.GetProperty("name").GetString() == sequence);

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.Clone();
}
