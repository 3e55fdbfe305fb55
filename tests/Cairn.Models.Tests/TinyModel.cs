using System.Runtime.InteropServices;
using Cairn.Models.Gguf;
using Cairn.Models.Safetensors;
using Cairn.Tensors;

namespace Cairn.Models.Tests;

/// <summary>Writes small valid model files: a llama of one layer with a vocabulary, and a few plain tensors.</summary>
internal static class TinyModel
{
    private const int Hidden = 32;
    private const int Vocabulary = 12;

    public static void WriteLlama(string path, int seed = 1)
    {
        var random = new Random(seed);
        var writer = new GgufWriter();
        writer.Add("general.architecture", "llama");
        writer.Add("general.name", "tiny");
        writer.Add("llama.block_count", 1u);
        writer.Add("llama.context_length", 64u);
        writer.Add("llama.embedding_length", (uint)Hidden);
        writer.Add("llama.feed_forward_length", (uint)Hidden);
        writer.Add("llama.attention.head_count", 2u);
        writer.Add("llama.attention.head_count_kv", 1u);
        writer.Add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, Vocabulary).Select(i => $"t{i}")]);
        writer.Add("tokenizer.ggml.token_type", Enumerable.Repeat(1, Vocabulary).ToArray());
        writer.Add("tokenizer.ggml.scores", Enumerable.Repeat(0.5f, Vocabulary).ToArray());
        writer.Add("tokenizer.ggml.add_bos_token", false);
        writer.Add("tokenizer.ggml.bos_token_id", 1u);
        Add(writer, random, "token_embd.weight", GgmlType.Q8_0, Vocabulary, Hidden);
        Add(writer, random, "output_norm.weight", GgmlType.F32, Hidden);
        Add(writer, random, "blk.0.attn_norm.weight", GgmlType.F32, Hidden);
        Add(writer, random, "blk.0.ffn_norm.weight", GgmlType.F32, Hidden);
        Add(writer, random, "blk.0.attn_q.weight", GgmlType.Q4_1, Hidden, Hidden);
        Add(writer, random, "blk.0.attn_k.weight", GgmlType.Q4_0, Hidden / 2, Hidden);
        Add(writer, random, "blk.0.attn_v.weight", GgmlType.BF16, Hidden / 2, Hidden);
        Add(writer, random, "blk.0.attn_output.weight", GgmlType.F16, Hidden, Hidden);
        Add(writer, random, "blk.0.ffn_gate.weight", GgmlType.Q8_0, Hidden, Hidden);
        Add(writer, random, "blk.0.ffn_up.weight", GgmlType.Q4_1, Hidden, Hidden);
        Add(writer, random, "blk.0.ffn_down.weight", GgmlType.Q4_1, Hidden, Hidden);
        writer.Write(path);
    }

    public static void WriteSafetensors(string path, int seed = 1)
    {
        var random = new Random(seed);
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "pt");
        foreach (var (name, type, shape) in new (string, GgmlType, long[])[]
        {
            ("a.weight", GgmlType.F32, [3, 5]), ("a.bias", GgmlType.F16, [3]), ("ids", GgmlType.I64, [1, 4]),
            ("scalar", GgmlType.BF16, []), ("empty", GgmlType.F32, [0, 4]), ("b", GgmlType.BF16, [2, 2, 2]),
        })
        {
            var bytes = Values(random, type, shape);
            writer.AddTensor(name, type, shape, stream => stream.Write(bytes));
        }

        writer.Write(path);
    }

    private static void Add(GgufWriter writer, Random random, string name, GgmlType type, params long[] shape)
    {
        var bytes = Values(random, type, shape);
        writer.AddTensor(name, type, shape, stream => stream.Write(bytes));
    }

    private static byte[] Values(Random random, GgmlType type, long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (count, dimension) => count * dimension)];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle() - 0.5f;
        if (!BlockFormat.TryGet(type, out var format))
        {
            return MemoryMarshal.AsBytes(values.Select(value => (long)(value * 100)).ToArray().AsSpan()).ToArray();
        }

        var bytes = new byte[values.Length / format.BlockSize * format.BlockBytes];
        format.Quantize(values, bytes);
        return bytes;
    }
}
