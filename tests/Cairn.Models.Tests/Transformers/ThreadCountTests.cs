using System.Runtime.InteropServices;
using Cairn.Models.Gguf;
using Cairn.Models.Transformers;
using Cairn.Tensors;
using Cairn.Testing;
using Xunit;

namespace Cairn.Models.Tests.Transformers;

/// <summary>A decoder on 1, 2, 3 and 4 threads: the same bits, and no garbage on any of them.</summary>
public sealed unsafe class ThreadCountTests
{
    private const string Model = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf";
    private const int PromptTokens = 600; // more than attention reads in one stretch
    private const int DecodedTokens = 6;

    [Theory]
    [InlineData(ActivationType.Int8)]
    [InlineData(ActivationType.Float32)]
    public void Logits_of_prefill_and_decode_have_the_same_bits_for_1_to_4_threads(ActivationType activation)
    {
        int promptTokens = activation == ActivationType.Int8 ? PromptTokens : PromptTokens / 4; // floats are slow
        float[][]? expected = null;
        for (int threads = 1; threads <= 4; threads++)
        {
            using var team = new ThreadTeam(threads);
            using TransformerDecoder decoder = Load(team, activation);
            using KvCache cache = decoder.CreateCache(promptTokens + DecodedTokens);
            using var batch = new ForwardBatch();
            int[] ids = Ids(promptTokens + DecodedTokens);

            var actual = new List<float[]> { Run(decoder, cache, batch, ids.AsSpan(0, promptTokens)) };
            for (int token = promptTokens; token < ids.Length; token++)
                actual.Add(Run(decoder, cache, batch, ids.AsSpan(token, 1)));

            expected ??= [.. actual];
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    MemoryMarshal.AsBytes<float>(expected[i]).SequenceEqual(MemoryMarshal.AsBytes<float>(actual[i])),
                    $"{threads} threads give other logits than 1 after {i} decoded tokens");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Decoded_token_allocates_nothing_on_any_thread(int threads)
    {
        using var team = new ThreadTeam(threads);
        using TransformerDecoder decoder = Load(team, ActivationType.Int8);
        using KvCache cache = decoder.CreateCache(100);
        using var batch = new ForwardBatch();
        Run(decoder, cache, batch, Ids(40));
        Decode(4);
        long[] before = new long[threads];
        long[] after = new long[threads];
        ReadAllocated(team, before);

        Decode(16);

        ReadAllocated(team, after);
        Assert.Equal(before, after);

        void Decode(int tokens)
        {
            for (int i = 0; i < tokens; i++)
            {
                batch.Clear();
                batch.Add(cache, [7], LogitsRows.Last);
                decoder.Forward(batch, CancellationToken.None);
            }
        }
    }

    private static TransformerDecoder Load(ThreadTeam team, ActivationType activation) => TransformerDecoder.Load(
        GgufFile.Open(SharedFiles.Model(Model)), new TransformerOptions { Team = team, Activation = activation });

    private static float[] Run(TransformerDecoder decoder, KvCache cache, ForwardBatch batch, ReadOnlySpan<int> ids)
    {
        batch.Clear();
        batch.Add(cache, ids, LogitsRows.Last);
        decoder.Forward(batch, TestContext.Current.CancellationToken);
        return batch.GetLogits(0).ToArray();
    }

    private static int[] Ids(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1000, 40_000))];
    }

    // Bytes that each worker of the team has allocated so far.
    private static void ReadAllocated(ThreadTeam team, long[] bytes)
    {
        fixed (long* target = bytes)
            team.Run(&Read, target);
    }

    private static void Read(void* context, int worker, int workers) =>
        ((long*)context)[worker] = GC.GetAllocatedBytesForCurrentThread();
}
