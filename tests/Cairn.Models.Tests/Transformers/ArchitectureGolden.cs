using System.Text.Json;
using Cairn.Models.Safetensors;
using Cairn.Testing;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Inputs and outputs of one tiny model in <c>golden/architectures</c>.</summary>
internal sealed class ArchitectureGolden : IDisposable
{
    private readonly JsonElement _root;
    private readonly SafetensorsFile _tensors;

    /// <param name="folder">The model's folder, or one of its variants: <c>mistral/variants/no-window</c>.</param>
    /// <param name="type">A quantised file's type, whose logits lie apart.</param>
    public ArchitectureGolden(string folder, string? type = null)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden($"architectures/{folder}/expected.json")));
        _root = document.RootElement.Clone();
        string suffix = type is null ? "" : $".{type}";
        _tensors = SafetensorsFile.Open(SharedFiles.Golden($"architectures/{folder}/expected{suffix}.safetensors"));
        Sequences = [.. _root.GetProperty("sequences").EnumerateArray().Select(Sequence.Read)];
    }

    public IReadOnlyList<Sequence> Sequences { get; }

    /// <summary>Absolute bound on logits and hidden states.</summary>
    public double Tolerance => _root.GetProperty("tolerance_abs").GetDouble();

    public JsonElement Json => _root;

    public Sequence Get(string name) => Sequences.Single(sequence => sequence.Name == name);

    public float[] Floats(string tensor) =>
        _tensors.TryGetTensor(tensor, out TensorView view) ? view.ToFloats() : throw new KeyNotFoundException(tensor);

    public void Dispose() => _tensors.Dispose();

    internal sealed record Sequence(string Name, int[] Ids, int[] LogitsRows, double? MeanNll)
    {
        public static Sequence Read(JsonElement json) => new(
            json.GetProperty("name").GetString()!,
            json.GetProperty("ids").Deserialize<int[]>()!,
            json.GetProperty("logits_rows").Deserialize<int[]>()!,
            json.TryGetProperty("mean_nll", out JsonElement nll) ? nll.GetDouble() : null);
    }
}
