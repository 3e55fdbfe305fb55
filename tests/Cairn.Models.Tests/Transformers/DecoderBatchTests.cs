using System.Text.Json;
using Cairn.Models.Configuration;
using Cairn.Models.Gguf;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>Batches and caches of a decoder.</summary>
public sealed class DecoderBatchTests
{
    [Fact]
    public void Sequences_that_share_a_batch_give_what_each_gives_alone()
    {
        using var model = Load("llama3");
        int[][] sequences = [Ids("llama3", "hundred"), Ids("llama3", "seven"), Ids("llama3", "forty")];
        using var batch = new ForwardBatch();
        KvCache[] caches = [.. sequences.Select(ids => model.Decoder.CreateCache(ids.Length))];
        for (int i = 0; i < sequences.Length; i++)
            batch.Add(caches[i], sequences[i], i == 1 ? LogitsRows.All : LogitsRows.Last);

        model.Decoder.Forward(batch, TestContext.Current.CancellationToken);

        Assert.Equal(9, batch.LogitsCount);
        AssertClose(model.Logits(sequences[0])[^1], batch.GetLogits(0));
        AssertClose(model.Logits(sequences[1])[3], batch.GetLogits(4));
        AssertClose(model.Logits(sequences[2])[^1], batch.GetLogits(8));
        Assert.Equal(sequences.Select(ids => ids.Length), caches.Select(cache => cache.Length));
        foreach (KvCache cache in caches)
            cache.Dispose();
    }

    [Theory]
    [InlineData("blk.0.attn_q.weight")]
    [InlineData("blk.0.attn_output.weight")]
    [InlineData("blk.0.ffn_gate.weight")]
    [InlineData("blk.1.ffn_down.weight")]
    public void Cancelled_pass_stops_in_the_product_that_it_is_at_and_leaves_the_cache(string matrix)
    {
        using var model = Load("llama3");
        int[] ids = Ids("llama3", "hundred");
        float[] expected = model.Logits(ids)[^1];
        using var source = new CancellationTokenSource();
        var seen = new List<string>();
        model.Decoder.InputObserver = (weights, _) =>
        {
            seen.Add(weights.Name);
            if (weights.Name == matrix) source.Cancel();
        };
        using KvCache cache = model.Decoder.CreateCache(ids.Length);
        using var batch = new ForwardBatch();
        batch.Add(cache, ids, LogitsRows.Last);

        Assert.Throws<OperationCanceledException>(() => model.Decoder.Forward(batch, source.Token));

        string[] together = matrix.EndsWith("attn_q.weight", StringComparison.Ordinal) ? ["blk.0.attn_k.weight", "blk.0.attn_v.weight"]
            : matrix.EndsWith("ffn_gate.weight", StringComparison.Ordinal) ? ["blk.0.ffn_up.weight"] : [];
        Assert.Equal([matrix, .. together], seen[seen.IndexOf(matrix)..]); // those of one input are one product
        Assert.Equal(0, cache.Length);
        model.Decoder.InputObserver = null;
        model.Decoder.Forward(batch, TestContext.Current.CancellationToken);
        Assert.Equal(expected, batch.GetLogits(0).ToArray());
    }

    [Fact]
    public void Router_that_is_no_number_gives_logits_that_are_none()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mixtral.gguf");
        byte[] content = File.ReadAllBytes(SharedFiles.Golden("architectures/mixtral/gguf/mixtral-f16.gguf"));
        using (GgufFile file = GgufFile.Open(SharedFiles.Golden("architectures/mixtral/gguf/mixtral-f16.gguf")))
        {
            TensorInfo router = file.Tensors.Single(tensor => tensor.Name == "blk.0.ffn_gate_inp.weight");
            content.AsSpan((int)router.Offset, (int)router.SizeInBytes).Fill(0xFF);
        }

        File.WriteAllBytes(path, content);
        using var model = new TestDecoder(path, ActivationType.Float32);

        // Every token has experts that differ from each other even so: no expert gets more rows than there are.
        Assert.All(model.Logits(Ids("mixtral", "hundred")), logits => Assert.All(logits, logit => Assert.Equal(float.NaN, logit)));
    }

    [Theory]
    [InlineData("llama3/gguf/llama3-f16")]
    [InlineData("qwen3-moe/gguf/qwen3-moe-f16")] // experts
    [InlineData("gemma2/gguf/gemma2-f16")] // windows, soft caps
    [InlineData("phi3-longrope/gguf/phi3-longrope-f16")]
    [InlineData("gpt2/gguf/gpt2-f16")]
    [InlineData("llama-256/gguf/llama-256-q4_k_m")]
    public void Decoding_a_token_allocates_nothing(string file)
    {
        using var model = new TestDecoder(SharedFiles.Golden($"architectures/{file}.gguf"), ActivationType.Int8, threads: 1);
        using KvCache cache = model.Decoder.CreateCache(100);
        using var batch = new ForwardBatch();
        for (int token = 0; token < 10; token++)
            Decode();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int token = 0; token < 10; token++)
            Decode();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Decode()
        {
            batch.Clear();
            batch.Add(cache, [7], LogitsRows.Last);
            model.Decoder.Forward(batch, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("llama3/gguf/llama3-f16")]
    [InlineData("llama-256/gguf/llama-256-q4_k_m")]
    [InlineData("llama-256/gguf/llama-256-mixed")]
    [InlineData("qwen3-moe/gguf/qwen3-moe-f16")] // experts
    [InlineData("gemma2/gguf/gemma2-f16")] // windows, soft caps
    [InlineData("gemma3/gguf/gemma3-f16")]
    [InlineData("olmo2/gguf/olmo2-f16")]
    [InlineData("phi3-longrope/gguf/phi3-longrope-f16")]
    [InlineData("gpt2/gguf/gpt2-f16")]
    public void Token_gets_the_same_bits_alone_and_with_those_before_it(string file)
    {
        int[] ids = Ids(file[..file.IndexOf('/', StringComparison.Ordinal)], "hundred");
        foreach (ActivationType activation in new[] { ActivationType.Int8, ActivationType.Float32 })
        {
            using var model = new TestDecoder(SharedFiles.Golden($"architectures/{file}.gguf"), activation);
            float[][] alone = model.Logits(ids, 1);
            foreach (int tokens in new[] { 2, 3, 4, 5, 9, 16 })
            {
                float[][] together = model.Logits(ids, tokens);
                for (int i = 0; i < ids.Length; i++)
                    Assert.True(alone[i].SequenceEqual(together[i]), $"{file}, {activation}, {tokens} tokens a pass: position {i} differs");
            }
        }
    }

    [Fact]
    public void Width_that_no_tensor_has_costs_no_memory_where_there_are_experts()
    {
        using var team = new ThreadTeam(1);
        var file = GgufFile.Open(SharedFiles.Golden("architectures/qwen3-moe/gguf/qwen3-moe-f16.gguf"));
        DecoderConfiguration configuration = DecoderConfiguration.FromGguf(file) with { IntermediateSize = int.MaxValue };

        using TransformerDecoder decoder = TransformerDecoder.Load(
            file, configuration, new TransformerOptions { Team = team }, TestContext.Current.CancellationToken);

        Assert.NotEmpty(decoder.Weights);
    }

    [Fact]
    public void Truncated_cache_continues_as_if_the_rest_had_never_been()
    {
        using var model = Load("llama2");
        int[] ids = Ids("llama2", "hundred");
        using KvCache cache = model.Decoder.CreateCache(ids.Length);
        model.Logits(cache, [.. ids[..50], .. ids[..30]]);
        cache.Truncate(50);

        AssertClose(model.Logits(ids)[^1], model.Logits(cache, ids.AsSpan(50))[^1]);
    }

    [Fact]
    public void Batch_refuses_what_does_not_fit_and_unknown_tokens()
    {
        using var model = Load("llama2");
        using KvCache cache = model.Decoder.CreateCache(4);
        using var batch = new ForwardBatch();
        Assert.Throws<ArgumentException>(() => batch.Add(cache, new int[5], LogitsRows.Last));
        Assert.Throws<ArgumentException>(() => batch.Add(cache, [], LogitsRows.Last));
        batch.Add(cache, [1, 320], LogitsRows.Last);
        var error = Assert.Throws<ArgumentException>(() => model.Decoder.Forward(batch, CancellationToken.None));
        Assert.Contains("320", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, cache.Length);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4f);
    }

    /// <summary>The GGUF file of a model, or the folder where one is named.</summary>
    private static TestDecoder Load(string name) => new(
        SharedFiles.Golden($"architectures/{(name.EndsWith("/hf", StringComparison.Ordinal) ? name : $"{name}/gguf/{name}-f16.gguf")}"),
        ActivationType.Float32);

    private static JsonElement Golden(string name) =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.Golden($"architectures/{name}/expected.json"))).RootElement;

    private static int[] Ids(string name, string sequence) => Golden(name).GetProperty("sequences").EnumerateArray()
        .Single(entry => entry.GetProperty("name").GetString() == sequence).GetProperty("ids").Deserialize<int[]>()!;
}
