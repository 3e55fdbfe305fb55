using Cairn.Inference.Sampling;
using Xunit;

namespace Cairn.Inference.Tests.Sampling;

public sealed class TokenCandidatesTests
{
    [Fact]
    public void SortBest_equals_a_stable_sort_for_every_count()
    {
        var random = new Xoshiro256(3);
        for (var length = 1; length <= 65; length++)
        {
            var logits = Enumerable.Range(0, length).Select(_ => (double)(random.Next() % 9)).ToArray();
            var expected = Enumerable.Range(0, length).OrderByDescending(id => logits[id]).ToArray();
            for (var count = 1; count <= length; count++)
            {
                var candidates = new TokenCandidates();
                candidates.Load(logits);

                candidates.SortBest(count / 2);
                candidates.SortBest(count);

                Assert.True(
                    candidates.Ids[..count].SequenceEqual(expected.AsSpan(0, count)), $"length {length}, count {count}, seed 3");
                Assert.Equal(length, candidates.Ids.ToArray().Distinct().Count());
                Assert.All(Enumerable.Range(0, length), i => Assert.Equal(logits[candidates.Ids[i]], candidates.Logits[i]));
            }
        }
    }

    [Fact]
    public void IndexOf_finds_tokens_in_play_sorted_or_not()
    {
        var candidates = new TokenCandidates();
        candidates.Load([1.0, double.NegativeInfinity, 3.0, 2.0]);

        Assert.Equal(-1, candidates.IndexOf(1));
        Assert.Equal(2, candidates.IndexOf(3));
        candidates.KeepBest(2);
        Assert.Equal(0, candidates.IndexOf(2));
        Assert.Equal(-1, candidates.IndexOf(0));
    }

    [Fact]
    public void KeepAtLeast_leaves_the_best_token_when_the_bound_is_above_it()
    {
        var candidates = new TokenCandidates();
        candidates.Load([1.0, 5.0, 3.0]);

        candidates.KeepAtLeast(9);

        Assert.Equal([1], candidates.Ids.ToArray());
    }

    [Fact]
    public void TopP_equals_a_full_sort_on_a_large_vocabulary()
    {
        var random = new Xoshiro256(8);
        foreach (var spread in (double[])[0.1, 3, 12])
        {
            var logits = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble() * spread).ToArray();
            var order = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ToArray();
            var weights = order.Select(id => Math.Exp(logits[id] - logits[order[0]])).ToArray();
            foreach (var p in (double[])[0.0, 0.3, 0.9, 0.999])
            {
                var bound = p * weights.Sum();
                var sum = 0.0;
                var expected = 0;
                do
                {
                    sum += weights[expected++];
                }
                while (sum < bound);
                var candidates = new TokenCandidates();
                candidates.Load(logits);

                new TopPSampler(p).Apply(candidates, []);

                candidates.SortBest(candidates.Count);
                Assert.True(candidates.Ids.SequenceEqual(order.AsSpan(0, expected)), $"p {p}, spread {spread}, seed 8");
            }
        }
    }
}
