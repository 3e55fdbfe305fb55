using Cairn.Models;
using Cairn.Models.Safetensors;

namespace Cairn.Benchmarks.Onnx;

/// <summary>
/// Writes all-MiniLM-L6-v2 as an ONNX model of ONNX Runtime's own fused operators: what its offline optimiser for BERT
/// makes of an exported model, and the fastest form it has for one.
/// </summary>
/// <remarks>
/// Operators of the domain com.microsoft: EmbedLayerNormalization, Attention (with the number of real tokens of each
/// text), SkipLayerNormalization with bias, BiasGelu. Weights are those of a Hugging Face folder, as float32.
/// </remarks>
internal sealed class FusedGraph(SafetensorsFile file)
{
    private const int Layers = 6;
    private const int Heads = 12;
    private const float Epsilon = 1e-12f;
    private readonly OnnxWriter _writer = new();

    /// <summary>The model's bytes. Inputs are int32: input_ids, token_type_ids, attention_mask; output last_hidden_state.</summary>
    /// <param name="folder">A folder with model.safetensors.</param>
    public static byte[] Write(string folder)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        return new FusedGraph(file).Write();
    }

    private byte[] Write()
    {
        _writer.Node(
            "EmbedLayerNormalization",
            ["input_ids", "token_type_ids", Vector("embeddings.word_embeddings.weight"), Vector("embeddings.position_embeddings.weight"),
                Vector("embeddings.token_type_embeddings.weight"), .. Norm("embeddings.LayerNorm"), "attention_mask"],
            ["x0", "lengths"], ("epsilon", Epsilon));
        for (int layer = 0; layer < Layers; layer++)
            Layer(layer, $"encoder.layer.{layer}.");

        return _writer.Finish(["input_ids", "token_type_ids", "attention_mask"], "last_hidden_state");
    }

    private void Layer(int layer, string prefix)
    {
        string input = $"x{layer}";
        string normed = $"normed{layer}";
        string output = layer == Layers - 1 ? "last_hidden_state" : $"x{layer + 1}";
        string[] parts = [prefix + "attention.self.query", prefix + "attention.self.key", prefix + "attention.self.value"];
        _writer.Node(
            "Attention", [input, Transposed($"{prefix}qkv", [.. parts.Select(part => part + ".weight")]),
                Joined($"{prefix}qkv.bias", [.. parts.Select(part => part + ".bias")]), "lengths"],
            [$"attended{layer}"], ("num_heads", Heads));
        Map($"attended{layer}", prefix + "attention.output.dense", $"projected{layer}");
        Skip($"projected{layer}", input, prefix + "attention.output", normed);
        Map(normed, prefix + "intermediate.dense", $"up{layer}");
        _writer.Node("BiasGelu", [$"up{layer}", Vector(prefix + "intermediate.dense.bias")], [$"gelu{layer}"]);
        Map($"gelu{layer}", prefix + "output.dense", $"down{layer}");
        Skip($"down{layer}", normed, prefix + "output", output);
    }

    private void Map(string input, string name, string output) =>
        _writer.Node("MatMul", [input, Transposed(name, [name + ".weight"])], [output]);

    private void Skip(string input, string skip, string block, string output) =>
        _writer.Node(
            "SkipLayerNormalization",
            [input, skip, .. Norm(block + ".LayerNorm"), Vector(block + ".dense.bias")], [output], ("epsilon", Epsilon));

    private string[] Norm(string name) => [Vector(name + ".weight"), Vector(name + ".bias")];

    private string Vector(string name)
    {
        TensorView view = Find(name);
        _writer.Tensor(name, view.Info.Shape, view.ToFloats());
        return name;
    }

    private string Joined(string name, string[] parts)
    {
        float[] values = [.. parts.SelectMany(part => Find(part).ToFloats())];
        _writer.Tensor(name, [values.Length], values);
        return name;
    }

    // Maps with the same input side by side, [inputs, outputs].
    private string Transposed(string name, string[] parts)
    {
        float[][] maps = [.. parts.Select(part => Find(part).ToFloats())];
        int inputs = Find(parts[0]).Columns;
        int outputs = maps[0].Length / inputs;
        var values = new float[maps.Length * inputs * outputs];
        for (int map = 0; map < maps.Length; map++)
        {
            for (int row = 0; row < outputs; row++)
            {
                for (int column = 0; column < inputs; column++)
                    values[(((column * maps.Length) + map) * outputs) + row] = maps[map][(row * inputs) + column];
            }
        }

        _writer.Tensor(name, [inputs, maps.Length * outputs], values);
        return name;
    }

    private TensorView Find(string name) => file.TryGetTensor(name, out TensorView view)
        ? view
        : throw new InvalidDataException($"'{file.Path}' has no tensor '{name}'.");
}
