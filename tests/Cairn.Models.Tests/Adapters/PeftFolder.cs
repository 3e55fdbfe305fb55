using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Models.Tests.Adapters;

/// <summary>Writes a small LoRA adapter for <see cref="TinyModel"/>'s llama; tests change one thing in it.</summary>
internal sealed class PeftFolder
{
    public const string Query = "model.layers.0.self_attn.q_proj";
    public const string Down = "model.layers.0.mlp.down_proj";
    public const string Prefix = "base_model.model.";

    private readonly Random _random;
    private readonly SortedDictionary<string, (GgmlType Type, long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public PeftFolder(int seed = 1, int rank = 2)
    {
        _random = new Random(seed);
        Config = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["r"] = rank,
            ["lora_alpha"] = 4,
            ["target_modules"] = new JsonArray("q_proj", "down_proj"),
        };
        Add($"{Prefix}{Query}.lora_A.weight", rank, 32);
        Add($"{Prefix}{Query}.lora_B.weight", 32, rank);
        Add($"{Prefix}{Down}.lora_A.weight", rank, 32);
        Add($"{Prefix}{Down}.lora_B.weight", 32, rank);
    }

    public JsonObject Config { get; }

    public void Add(string name, params long[] shape) => Add(name, GgmlType.F32, shape);

    public void Add(string name, GgmlType type, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (count, dimension) => count * dimension)];
        for (var i = 0; i < values.Length; i++) values[i] = MathF.Round((_random.NextSingle() - 0.5f) * 256) / 256; // exact in every float type
        _tensors[name] = (type, shape, values);
    }

    public void Remove(string name) => _tensors.Remove(name);

    public void Rename(string name, string other)
    {
        _tensors[other] = _tensors[name];
        _tensors.Remove(name);
    }

    public float[] Values(string name) => _tensors[name].Values;

    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), Config.ToJsonString());
        var writer = new SafetensorsWriter();
        foreach (var (name, tensor) in _tensors) writer.AddTensor(name, tensor.Type, tensor.Shape, stream => stream.Write(Encode(tensor)));
        writer.Write(Path.Combine(folder, "adapter_model.safetensors"));
        return folder;
    }

    /// <summary>Writes a GGUF adapter of the same sizes.</summary>
    public static string WriteGguf(string path, Action<GgufWriter>? metadata = null, params (string Name, long[] Shape)[] tensors)
    {
        var writer = new GgufWriter();
        if (metadata is null)
        {
            writer.Add("general.architecture", "llama");
            writer.Add("general.type", "adapter");
            writer.Add("adapter.type", "lora");
            writer.Add("adapter.lora.alpha", 4f);
        }
        else
        {
            metadata(writer);
        }

        if (tensors.Length == 0) tensors = [("blk.0.attn_q.weight.lora_a", [2, 32]), ("blk.0.attn_q.weight.lora_b", [32, 2])];
        foreach (var (name, shape) in tensors)
        {
            var values = new float[shape.Aggregate(1L, (count, dimension) => count * dimension)];
            writer.AddTensor(name, GgmlType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
        }

        writer.Write(path);
        return path;
    }

    private static byte[] Encode((GgmlType Type, long[] Shape, float[] Values) tensor)
    {
        if (!BlockFormat.TryGet(tensor.Type, out var format)) return new byte[tensor.Values.Length];

        var bytes = new byte[tensor.Values.Length / format.BlockSize * format.BlockBytes];
        format.Quantize(tensor.Values, bytes);
        return bytes;
    }
}
