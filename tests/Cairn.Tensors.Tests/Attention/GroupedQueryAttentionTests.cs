using System.Runtime.Intrinsics;
using Cairn.Tensors.Attention;
using Xunit;

namespace Cairn.Tensors.Tests.Attention;

public sealed unsafe class GroupedQueryAttentionTests
{
    [Theory]
    [InlineData(1, 0, 1, 1, 16)]
    [InlineData(1, 5, 9, 3, 64)]
    [InlineData(1, 127, 9, 3, 64)]
    [InlineData(1, 128, 9, 3, 64)]
    [InlineData(1, 1300, 9, 3, 64)]
    [InlineData(7, 0, 4, 2, 48)]
    [InlineData(40, 3, 3, 3, 80)]
    [InlineData(100, 0, 9, 3, 64)]
    [InlineData(130, 250, 8, 1, 24)]
    [InlineData(33, 600, 40, 1, 8)]
    public void Apply_equals_the_specification(int tokens, int past, int heads, int kvHeads, int headDim)
    {
        foreach (KvElementType type in Enum.GetValues<KvElementType>())
        {
            const int Seed = 20;
            using var fixture = new AttentionFixture(Seed, tokens, past, heads, kvHeads, headDim, type);
            float[] actual = Apply(fixture, threads: 2);
            AssertClose(fixture.Expected(), actual, 2e-6f, $"{type}, seed {Seed}");
        }
    }

    [Theory]
    [InlineData(1, 1300, 9, 3, 64)] // split into stretches
    [InlineData(5, 700, 4, 2, 48)]
    [InlineData(130, 250, 8, 1, 24)] // several tiles
    [InlineData(64, 0, 3, 3, 16)]
    public void Windows_soft_caps_and_scales_equal_the_specification(int tokens, int past, int heads, int kvHeads, int headDim)
    {
        const int Seed = 24;
        using var fixture = new AttentionFixture(Seed, tokens, past, heads, kvHeads, headDim, KvElementType.F32);
        foreach (int window in new[] { 0, 1, 8, 127, 128, 129, 600 })
        {
            foreach (float softCap in new[] { 0, 0.5f, 4 })
            {
                var rule = new AttentionRule(0.3f, softCap, window);
                AssertClose(fixture.Expected(rule), Apply(fixture, threads: 2, rule), 3e-6f, $"seed {Seed}, {rule}");
            }
        }
    }

    [Fact]
    public void Apply_gives_the_same_bits_for_any_number_of_threads()
    {
        foreach (KvElementType type in Enum.GetValues<KvElementType>())
        {
            foreach (int tokens in new[] { 1, 40 })
            {
                using var fixture = new AttentionFixture(21, tokens, 1500, 9, 3, 64, type);
                float[] alone = Apply(fixture, threads: 1);
                Assert.Equal(alone, Apply(fixture, threads: 2));
                Assert.Equal(alone, Apply(fixture, threads: 3));
            }
        }
    }

    [Theory]
    [InlineData(9, 508, 9, 3, 64, 0)] // the stretches change within the pass
    [InlineData(9, 1020, 9, 3, 64, 0)]
    [InlineData(16, 600, 40, 1, 8, 0)] // a tile for each token
    [InlineData(9, 123, 8, 1, 24, 0)] // the block changes
    [InlineData(9, 1400, 8, 2, 16, 700)]
    [InlineData(9, 1020, 6, 2, 40, 513)]
    [InlineData(5, 60, 4, 2, 48, 8)]
    public void Token_gets_the_same_bits_alone_and_with_up_to_15_others(
        int tokens, int past, int heads, int kvHeads, int headDim, int window)
    {
        foreach (KvElementType type in Enum.GetValues<KvElementType>())
        {
            using var fixture = new AttentionFixture(25, tokens, past, heads, kvHeads, headDim, type);
            foreach (float softCap in new[] { 0f, 2f })
            {
                AttentionRule rule = AttentionRule.Plain(headDim) with { Window = window, SoftCap = softCap };
                float[] together = Apply(fixture, threads: 2, rule);

                Assert.Equal(together, Apply(fixture, threads: 2, rule, tokensAtOnce: 1));
                Assert.Equal(together, Apply(fixture, threads: 2, rule, tokensAtOnce: 4));
            }
        }
    }

    [Fact]
    public void Half_precision_cache_saturates_instead_of_becoming_infinite()
    {
        using var fixture = new AttentionFixture(22, 1, 10, 1, 1, 16, KvElementType.F16);
        var huge = new float[16];
        Array.Fill(huge, 1e9f);
        fixed (float* values = huge)
            fixture.Layout.Store(fixture.Blocks[0], 3, values, values);

        Assert.All(Apply(fixture, threads: 1), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(12, 2)]
    [InlineData(75, 0)]
    [InlineData(130, 1)]
    public void Every_vector_width_equals_the_specification(int window, float softCap)
    {
        foreach (KvElementType type in Enum.GetValues<KvElementType>())
        {
            foreach (int headDim in new[] { 8, 40, 64 })
            {
                using var fixture = new AttentionFixture(23, 5, 200, 6, 2, headDim, type);
                AttentionRule rule = AttentionRule.Plain(headDim) with { Window = window, SoftCap = softCap };
                float[] expected = fixture.Expected(rule);
                string what = $"{type}, {headDim} dimensions, {rule}";
                AssertClose(expected, RunWidth<Lanes128, Vector128<float>>(fixture, rule), 3e-6f, $"128 bits, {what}");
                AssertClose(expected, RunWidth<Lanes256, Vector256<float>>(fixture, rule), 3e-6f, $"256 bits, {what}");
                AssertClose(expected, RunWidth<Lanes512, Vector512<float>>(fixture, rule), 3e-6f, $"512 bits, {what}");
            }
        }
    }

    [Fact]
    public void Working_memory_does_not_grow_with_the_context_of_a_prompt_and_hardly_with_that_of_a_token()
    {
        const int Heads = 4;
        const int Tokens = 64;
        var layout = new KvBlockLayout(8, KvElementType.F16);
        using var team = new ThreadTeam(2);
        using var block = new AlignedMemory<byte>(layout.HeadBytes); // the same keys everywhere: what they are does not matter here
        using var table = new AlignedMemory<nint>(64 * 1024 / KvBlockLayout.BlockLength);
        table.AsSpan().Fill((nint)block.Pointer);
        using var rows = new AlignedMemory<float>(2 * Tokens * Heads * 8);

        long prompt = Bytes(tokens: Tokens, context: 1024);
        Assert.Equal(prompt, Bytes(Tokens, 16 * 1024));
        Assert.Equal(prompt, Bytes(Tokens, 64 * 1024));
        Assert.InRange(prompt, 1, 200_000); // the scores alone of 64 tokens and 64K positions would be 67 MB
        Assert.InRange(Bytes(1, 64 * 1024) - prompt, 0, 256 * 1024); // a partial result for every 512 positions

        long Bytes(int tokens, int context)
        {
            using var attention = new GroupedQueryAttention(team, Heads, 1, layout);
            var segment = new AttentionSegment((byte**)table.Pointer, context - tokens, 0, tokens);
            attention.Apply([segment], 0, rows.Pointer, Heads * 8, rows.Pointer + (Tokens * Heads * 8), Heads * 8, AttentionRule.Plain(8));
            return attention.OwnedBytes;
        }
    }

    [Fact]
    public void Heads_that_do_not_divide_are_refused()
    {
        using var team = new ThreadTeam(1);
        var error = Assert.Throws<ArgumentException>(
            () => new GroupedQueryAttention(team, 9, 2, new KvBlockLayout(64, KvElementType.F32)));
        Assert.Contains("9 query heads", error.Message, StringComparison.Ordinal);
    }

    private static float[] Apply(AttentionFixture fixture, int threads) =>
        Apply(fixture, threads, AttentionRule.Plain(fixture.Layout.HeadDim));

    private static float[] Apply(AttentionFixture fixture, int threads, AttentionRule rule, int tokensAtOnce = int.MaxValue)
    {
        using var team = new ThreadTeam(threads);
        using var attention = new GroupedQueryAttention(team, fixture.Heads, fixture.KvHeads, fixture.Layout);
        var output = new float[fixture.Queries.Length];
        int stride = fixture.Heads * fixture.Layout.HeadDim;
        fixed (float* queries = fixture.Queries)
        fixed (float* result = output)
        {
            for (int token = 0; token < fixture.Tokens; token += Math.Min(tokensAtOnce, fixture.Tokens))
            {
                var segment = new AttentionSegment(
                    fixture.Blocks, fixture.Past + token, token, Math.Min(tokensAtOnce, fixture.Tokens - token));
                attention.Apply([segment], 0, queries, stride, result, stride, rule);
            }
        }

        return output;
    }

    private static float[] RunWidth<TLanes, TVector>(AttentionFixture fixture, AttentionRule rule)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        int group = fixture.Heads / fixture.KvHeads;
        int dim = fixture.Layout.HeadDim;
        using var pool = new AttentionScratchPool(1, fixture.Layout, group);
        var output = new float[fixture.Queries.Length];
        fixed (float* queries = fixture.Queries)
        fixed (float* result = output)
        {
            for (int head = 0; head < fixture.KvHeads; head++)
            {
                var tile = new AttentionTile
                {
                    Queries = queries + (head * group * dim),
                    QueryStride = fixture.Heads * dim,
                    Output = result + (head * group * dim),
                    OutputStride = fixture.Heads * dim,
                    Tokens = fixture.Tokens,
                    HeadsPerGroup = group,
                    FirstVisible = fixture.Past + 1,
                    VisibleStep = 1,
                    Window = rule.Window,
                    BlockEnd = 100,
                    Blocks = fixture.Blocks,
                    HeadOffset = head * fixture.Layout.HeadBytes,
                    Scale = rule.Scale,
                    SoftCap = rule.SoftCap,
                };
                AttentionKernel.Run<TLanes, TVector>(tile, fixture.Layout, pool.Workers[0]);
            }
        }

        return output;
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance, string what)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance, $"{what}: [{i}] is {actual[i]}, not {expected[i]}");
    }
}
