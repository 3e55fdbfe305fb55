using System.Runtime.InteropServices;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.HuggingFace;
using Cairn.Models.Safetensors;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>A family without a golden: a seeded model against its formulas, written out in double precision.</summary>
public sealed class StarCoder2Tests
{
    private const int Seed = 50, Hidden = 24, Heads = 3, KvHeads = 1, HeadDim = 8, Intermediate = 40, Layers = 2, Vocabulary = 31, Window = 5;
    private const double Theta = 10_000, Epsilon = 1e-5;

    private static readonly int[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 30, 8];

    [Fact]
    public void Logits_equal_the_formulas_from_folder_and_file()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, float[]> weights = WriteFolder(folder);
        WriteGguf(folder.Path, folder.File("model.gguf"));
        double[][] expected = Compute(weights);

        foreach (string path in new[] { folder.Path, folder.File("model.gguf") })
        {
            using var model = new TestDecoder(path, ActivationType.Float32);
            float[][] actual = model.Logits(Ids, 5);
            for (int t = 0; t < Ids.Length; t++)
            {
                for (int i = 0; i < Vocabulary; i++)
                    Assert.True(Math.Abs(expected[t][i] - actual[t][i]) < 1e-4, $"seed {Seed}, {path}: logit {i} of token {t} is {actual[t][i]}, not {expected[t][i]}");
            }
        }
    }

    private static Dictionary<string, float[]> WriteFolder(TemporaryFolder folder)
    {
        File.WriteAllText(folder.File("config.json"), $$"""
            {
              "model_type": "starcoder2", "hidden_size": {{Hidden}}, "intermediate_size": {{Intermediate}}, "num_hidden_layers": {{Layers}},
              "num_attention_heads": {{Heads}}, "num_key_value_heads": {{KvHeads}}, "max_position_embeddings": 64, "vocab_size": {{Vocabulary}},
              "hidden_act": "gelu_pytorch_tanh", "norm_epsilon": 1e-05, "rope_theta": 10000.0, "sliding_window": {{Window}}, "use_bias": true
            }
            """);
        var random = new Random(Seed);
        var weights = new Dictionary<string, float[]>();
        var writer = new SafetensorsWriter();
        Add("model.embed_tokens.weight", Vocabulary, Hidden);
        AddNorm("model.norm");
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"model.layers.{layer}";
            AddNorm($"{prefix}.input_layernorm");
            AddNorm($"{prefix}.post_attention_layernorm");
            AddMap($"{prefix}.self_attn.q_proj", Heads * HeadDim, Hidden);
            AddMap($"{prefix}.self_attn.k_proj", KvHeads * HeadDim, Hidden);
            AddMap($"{prefix}.self_attn.v_proj", KvHeads * HeadDim, Hidden);
            AddMap($"{prefix}.self_attn.o_proj", Hidden, Heads * HeadDim);
            AddMap($"{prefix}.mlp.c_fc", Intermediate, Hidden);
            AddMap($"{prefix}.mlp.c_proj", Hidden, Intermediate);
        }

        writer.Write(folder.File("model.safetensors"));
        return weights;

        void AddNorm(string name)
        {
            Add($"{name}.weight", Hidden);
            Add($"{name}.bias", Hidden);
        }

        void AddMap(string name, int rows, int columns)
        {
            Add($"{name}.weight", rows, columns);
            Add($"{name}.bias", rows);
        }

        void Add(string name, params long[] shape)
        {
            float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.4))];
            weights[name] = values;
            writer.AddTensor(name, GgmlType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
        }
    }

    private static void WriteGguf(string folder, string path)
    {
        using var model = HuggingFaceModel.Open(folder);
        var writer = new GgufWriter();
        writer.Add(Architectures.ArchitectureKey, "starcoder2");
        DecoderMetadata.Write(writer, model.Decoder!);
        foreach (TensorInfo info in model.Tensors)
            writer.AddTensor(info.Name, info.Type, info.Shape, stream => stream.Write(model.TryGetTensor(info.Name, out TensorView view) ? view.Bytes : []));

        writer.Write(path);
    }

    private static double[][] Compute(Dictionary<string, float[]> weights)
    {
        float[] embedding = weights["model.embed_tokens.weight"];
        double[][] x = [.. Ids.Select(id => embedding.Skip(id * Hidden).Take(Hidden).Select(value => (double)value).ToArray())];
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"model.layers.{layer}";
            double[][] normed = [.. x.Select(row => Norm(row, $"{prefix}.input_layernorm"))];
            double[][] attended = Attend(prefix, normed);
            x = [.. x.Zip(attended, (row, y) => Add(row, Map(y, $"{prefix}.self_attn.o_proj")))];
            x = [.. x.Select(row => Add(row, FeedForward(Norm(row, $"{prefix}.post_attention_layernorm"), prefix)))];
        }

        return [.. x.Select(row => Norm(row, "model.norm")).Select(row => Multiply(embedding, row))];

        double[] FeedForward(double[] row, string prefix) =>
            Map([.. Map(row, $"{prefix}.mlp.c_fc").Select(Gelu)], $"{prefix}.mlp.c_proj");

        double[][] Attend(string prefix, double[][] rows)
        {
            double[][] q = [.. rows.Select((row, t) => Rotate(Map(row, $"{prefix}.self_attn.q_proj"), t))];
            double[][] k = [.. rows.Select((row, t) => Rotate(Map(row, $"{prefix}.self_attn.k_proj"), t))];
            double[][] v = [.. rows.Select(row => Map(row, $"{prefix}.self_attn.v_proj"))];
            return [.. q.Select((query, t) => Enumerable.Range(0, Heads).SelectMany(head => AttendHead(query, head, t)).ToArray())];

            double[] AttendHead(double[] query, int head, int t)
            {
                int first = Math.Max(0, t + 1 - Window);
                double[] p = [.. Enumerable.Range(first, t + 1 - first).Select(s =>
                    Math.Exp(Enumerable.Range(0, HeadDim).Sum(d => query[(head * HeadDim) + d] * k[s][d]) / Math.Sqrt(HeadDim)))];
                return [.. Enumerable.Range(0, HeadDim).Select(d => p.Select((weight, i) => weight * v[first + i][d]).Sum() / p.Sum())];
            }
        }

        double[] Map(double[] row, string name) =>
            Add(Multiply(weights[$"{name}.weight"], row), [.. weights[$"{name}.bias"].Select(value => (double)value)]);

        double[] Norm(double[] row, string name)
        {
            double mean = row.Average();
            double scale = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + Epsilon);
            return [.. row.Select((value, i) => ((value - mean) * scale * weights[$"{name}.weight"][i]) + weights[$"{name}.bias"][i])];
        }
    }

    private static double[] Multiply(float[] matrix, double[] x) =>
        [.. Enumerable.Range(0, matrix.Length / x.Length).Select(row => x.Select((value, i) => value * matrix[(row * x.Length) + i]).Sum())];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Gelu(double x) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double[] Rotate(double[] heads, int position)
    {
        double[] result = new double[heads.Length];
        for (int i = 0; i < heads.Length; i++)
        {
            int d = i % HeadDim, pair = d % (HeadDim / 2);
            double angle = position * Math.Pow(Theta, -2.0 * pair / HeadDim);
            double other = d < HeadDim / 2 ? -heads[i + (HeadDim / 2)] : heads[i - (HeadDim / 2)];
            result[i] = (heads[i] * Math.Cos(angle)) + (other * Math.Sin(angle));
        }

        return result;
    }
}
