using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cairn.Models.Adapters;
using Cairn.Models.Safetensors;
using Cairn.Models.Tests.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Adapters;

/// <summary>
/// An adapter on every linear module of a family gives what the same model gives with W + s·B·A written into its
/// folder: fused matrices, transposed ones, factors on embeddings and outputs included.
/// </summary>
public sealed class MergedAdapterTests(ITestOutputHelper output)
{
    private const int Rank = 3;
    private const double Scale = 2; // lora_alpha 6

    private static readonly string[] Attention = ["q_proj", "k_proj", "v_proj", "o_proj"];
    private static readonly string[] All = [.. Attention, "gate_proj", "up_proj", "down_proj"];

    private static readonly Dictionary<string, string[]> Targets = new(StringComparer.Ordinal)
    {
        ["gpt2"] = ["c_attn", "c_proj", "c_fc"],
        ["phi3"] = ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"],
        ["mixtral"] = [.. Attention, "block_sparse_moe.gate"],
        ["qwen3-moe"] = [.. Attention, "mlp.gate"],
    };

    [Theory]
    [InlineData("llama2")]
    [InlineData("llama-linear")]
    [InlineData("mistral")]
    [InlineData("mixtral")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("phi3")]
    [InlineData("granite")]
    [InlineData("olmo2")]
    [InlineData("gpt2")]
    public void Adapter_on_all_linear_modules_equals_the_merged_model(string name)
    {
        using var folder = new TemporaryFolder();
        string hf = SharedFiles.Golden($"architectures/{name}/hf");
        string adapterPath = folder.File("adapter");
        string mergedPath = folder.File("merged");
        Write(hf, adapterPath, mergedPath, Targets.GetValueOrDefault(name, All), seed: 1);
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => (i * 37 + 11) % 320)];

        using var merged = new TestDecoder(mergedPath, ActivationType.Float32);
        float[][] expected = merged.Logits(ids);
        foreach (string basePath in new[] { hf, SharedFiles.Golden($"architectures/{name}/gguf") })
        {
            string path = basePath == hf ? hf : Directory.GetFiles(basePath, "*.gguf").Where(file => !file.Contains("-q", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First();
            if (path != hf && (name is "mistral" or "phi3")) continue; // their GGUF files lack the window
            using var model = new TestDecoder(path, ActivationType.Float32);
            float[] without = model.Logits(ids)[^1];
            using var adapter = AdapterCase.Load(model, adapterPath);
            model.Adapters = AdapterSet.Create(new ActiveAdapter(adapter));
            float[][] actual = model.Logits(ids);
            double worst = expected.Zip(actual, (one, other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max()).Max();
            double change = without.Zip(actual[^1], (a, b) => Math.Abs((double)a - b)).Max();
            output.WriteLine($"{path}: worst difference {worst:E2}, change {change:F2}");
            Assert.True(worst <= 1e-3, $"{path}: worst difference {worst:E2}");
            Assert.True(change > 0.5, $"{path}: the adapter changes logits by {change:E2} only");
        }
    }

    /// <summary>Writes a random adapter on the modules of the given names, and the model with it inside.</summary>
    private static void Write(string hf, string adapterPath, string mergedPath, string[] targets, int seed)
    {
        var random = new Random(seed);
        Directory.CreateDirectory(adapterPath);
        Directory.CreateDirectory(mergedPath);
        foreach (string file in Directory.GetFiles(hf).Where(file => !file.Contains("safetensors", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(mergedPath, Path.GetFileName(file)));

        using var source = SafetensorsFolder.Open(hf);
        bool isTransposed = targets.Contains("c_attn");
        var adapter = new SafetensorsWriter();
        var merged = new SafetensorsWriter();
        foreach (var info in source.Tensors)
        {
            source.TryGetTensor(info.Name, out var view);
            float[] values = view.ToFloats();
            string module = info.Name[..info.Name.LastIndexOf('.')];
            if (info.Name.EndsWith(".weight", StringComparison.Ordinal) && targets.Any(target => module.EndsWith($".{target}", StringComparison.Ordinal)))
            {
                var (outputs, inputs) = isTransposed ? (view.Columns, view.Rows) : (view.Rows, view.Columns);
                float[] a = Random(random, Rank * inputs, 0.8 / Math.Sqrt(inputs));
                float[] b = Random(random, outputs * Rank, 0.35);
                string prefix = $"base_model.model.{(info.Name.StartsWith("h.", StringComparison.Ordinal) ? "transformer." : "")}{module}";
                Add(adapter, $"{prefix}.lora_A.weight", [Rank, inputs], a);
                Add(adapter, $"{prefix}.lora_B.weight", [outputs, Rank], b);
                for (int row = 0; row < outputs; row++)
                {
                    for (int column = 0; column < inputs; column++)
                    {
                        double sum = 0;
                        for (int j = 0; j < Rank; j++) sum += (double)b[(row * Rank) + j] * a[(j * inputs) + column];
                        values[isTransposed ? (column * outputs) + row : (row * inputs) + column] += (float)(Scale * sum);
                    }
                }
            }

            Add(merged, info.Name, info.Shape, values);
        }

        merged.Write(Path.Combine(mergedPath, "model.safetensors"));
        adapter.Write(Path.Combine(adapterPath, "adapter_model.safetensors"));
        File.WriteAllText(Path.Combine(adapterPath, "adapter_config.json"), new JsonObject
        {
            ["peft_type"] = "LORA",
            ["r"] = Rank,
            ["lora_alpha"] = Scale * Rank,
            ["target_modules"] = new JsonArray([.. targets.Select(target => (JsonNode)target)]),
            ["fan_in_fan_out"] = isTransposed,
        }.ToJsonString());
    }

    private static float[] Random(Random random, int length, double deviation) =>
        [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * 2 * deviation))];

    private static void Add(SafetensorsWriter writer, string name, IReadOnlyList<long> shape, float[] values) =>
        writer.AddTensor(name, GgmlType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
}
