using Cairn.Tensors.Attention;
using Cairn.Tensors.Tests.Attention;
using Xunit;

namespace Cairn.Tensors.Tests;

/// <summary>Runs every kernel whose code <see cref="CompiledKernelTests"/> looks at; it starts these tests again to see them compiled.</summary>
public sealed unsafe class GuardedKernelTests
{
    [Theory]
    [InlineData(GgmlType.Q4_0, ActivationType.Int8)]
    [InlineData(GgmlType.Q4_K, ActivationType.Int8)]
    [InlineData(GgmlType.Q8_0, ActivationType.Int16)]
    public void Products_of_many_tokens_have_the_bits_of_one(GgmlType type, ActivationType activation)
    {
        const int Rows = 64;
        const int Columns = 512;
        const int Tokens = 16;
        var random = new Random(11);
        using var weights = new TestWeights(random, type, Rows, Columns, activation);
        var x = TestData.Uniform(random, Tokens * Columns);

        var together = weights.Multiply(x, Tokens, Rows, threads: 1);

        for (var token = 0; token < Tokens; token++)
        {
            var alone = weights.Multiply(x[(token * Columns)..((token + 1) * Columns)], 1, Rows, threads: 1);
            TestData.AssertSameBits(alone, together.AsSpan(token * Rows, Rows), $"{type}, token {token}");
        }
    }

    [Fact]
    public void Attention_of_a_token_over_a_half_precision_cache_equals_the_specification()
    {
        using var fixture = new AttentionFixture(3, 1, 200, 8, 2, 64, KvElementType.F16);

        using var team = new ThreadTeam(1);
        using var attention = new GroupedQueryAttention(team, fixture.Heads, fixture.KvHeads, fixture.Layout);
        var output = new float[fixture.Queries.Length];
        fixed (float* queries = fixture.Queries)
        fixed (float* result = output)
        {
            attention.Apply(
                [new AttentionSegment(fixture.Blocks, fixture.Past, 0, fixture.Tokens)],
                0, queries, output.Length, result, output.Length, AttentionRule.Plain(fixture.Layout.HeadDim));
        }

        TestData.AssertClose(fixture.Expected(), output, 1e-3, 1e-3, "one token after 200");
    }
}
