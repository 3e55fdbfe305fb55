using Cairn.Inference.Sampling;
using Xunit;

namespace Cairn.Inference.Tests.Sampling;

public sealed class SamplerChainTests
{
    private const int Vocabulary = 49_152;

    [Fact]
    public void Same_seed_gives_the_same_tokens()
    {
        var logits = RandomLogits(1);

        var first = Draw(SamplerChain.Create(new GenerationOptions { Seed = 42 }), logits, 50);
        var second = Draw(SamplerChain.Create(new GenerationOptions { Seed = 42 }), logits, 50);
        var other = Draw(SamplerChain.Create(new GenerationOptions { Seed = 43 }), logits, 50);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void No_seed_gives_each_chain_its_own()
    {
        var options = new GenerationOptions();

        Assert.NotEqual(SamplerChain.Create(options).Seed, SamplerChain.Create(options).Seed);
    }

    [Fact]
    public void Temperature_zero_takes_the_lowest_id_of_equal_maxima()
    {
        var logits = new float[100];
        logits[17] = logits[60] = 3;
        var greedy = new GenerationOptions { Temperature = 0 };

        Assert.Equal(17, SamplerChain.Create(greedy).Sample(logits, []));
        Assert.Equal(17, SamplerChain.Create(greedy with { PresencePenalty = 0.5f }).Sample(logits, [3]));
        Assert.Equal(60, SamplerChain.Create(greedy with { RepetitionPenalty = 2 }).Sample(logits, [17]));
    }

    [Fact]
    public void Draws_follow_the_probabilities()
    {
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        var chain = SamplerChain.Create(
            new GenerationOptions { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = 5 });
        var counts = new int[3];
        const int Draws = 100_000;

        for (var i = 0; i < Draws; i++)
        {
            counts[chain.Sample(logits, [])]++;
        }

        // Three standard deviations of a proportion are below 0.005 here.
        Assert.Equal(0.5, counts[0] / (double)Draws, 0.005);
        Assert.Equal(0.3, counts[1] / (double)Draws, 0.005);
        Assert.Equal(0.2, counts[2] / (double)Draws, 0.005);
    }

    [Fact]
    public void Penalties_look_at_the_window_only()
    {
        float[] logits = [1, 0.9f, 0];
        var options = new GenerationOptions { Temperature = 0, PresencePenalty = 1, PenaltyWindow = 2 };

        Assert.Equal(0, SamplerChain.Create(options).Sample(logits, [0, 2, 2]));
        Assert.Equal(1, SamplerChain.Create(options).Sample(logits, [2, 0, 2]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Logits_that_are_no_numbers_are_refused_with_their_token(float bad)
    {
        var logits = RandomLogits(3);
        logits[321] = bad;
        foreach (var temperature in (float[])[0, 1])
        {
            var chain = SamplerChain.Create(new GenerationOptions { Temperature = temperature });

            var exception = Assert.Throws<ArgumentException>(() => chain.Sample(logits, []));

            Assert.Contains("token 321", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_vocabulary_of_masked_tokens_is_refused()
    {
        var logits = Enumerable.Repeat(float.NegativeInfinity, 50).ToArray();
        foreach (var temperature in (float[])[0, 1])
        {
            var chain = SamplerChain.Create(new GenerationOptions { Temperature = temperature });

            Assert.Contains(
                "masked", Assert.Throws<ArgumentException>(() => chain.Sample(logits, [])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Masked_tokens_are_never_drawn()
    {
        var logits = RandomLogits(4);
        for (var id = 0; id < Vocabulary; id += 2)
        {
            logits[id] = float.NegativeInfinity;
        }

        var chain = SamplerChain.Create(new GenerationOptions { Temperature = 5, TopK = 0, TopP = 1, MinP = 0, Seed = 9 });

        Assert.All(Draw(chain, logits, 200), id => Assert.Equal(1, id % 2));
    }

    [Fact]
    public void Sampling_allocates_nothing_after_the_first_token()
    {
        var logits = RandomLogits(5);
        int[] history = [.. Enumerable.Range(0, 200).Select(i => i * 7 % 300)];
        foreach (var options in (GenerationOptions[])
        [
            new() { Seed = 1 },
            new() { Temperature = 0 },
            new() { Seed = 1, RepetitionPenalty = 1.1f, FrequencyPenalty = 0.2f, PresencePenalty = 0.1f },
            new() { Seed = 1, TopK = 0, TopP = 0.99f, SamplerOrder = SamplerOrder.Transformers },
        ])
        {
            var chain = SamplerChain.Create(options);
            chain.Sample(logits, history);
            chain.Sample(logits, history);
            var before = GC.GetAllocatedBytesForCurrentThread();

            for (var i = 0; i < 20; i++)
            {
                chain.Sample(logits, history);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static List<int> Draw(SamplerChain chain, float[] logits, int count)
    {
        List<int> ids = [];
        for (var i = 0; i < count; i++)
        {
            ids.Add(chain.Sample(logits, ids.ToArray()));
        }

        return ids;
    }

    private static float[] RandomLogits(ulong seed)
    {
        var random = new Xoshiro256(seed);
        return [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)((random.NextDouble() * 20) - 10))];
    }
}
