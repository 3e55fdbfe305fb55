using Cairn.Inference.Sampling;
using Xunit;

namespace Cairn.Inference.Tests.Sampling;

public sealed class ArgMaxTests
{
    [Fact]
    public void ArgMax_equals_a_plain_loop_at_every_length()
    {
        var random = new Xoshiro256(11);
        for (var length = 1; length <= 257; length++)
        {
            // Few different values, so that ties are common; some masked.
            var logits = Enumerable.Range(0, length)
                .Select(_ => random.Next() % 5 == 0 ? float.NegativeInfinity : (float)(random.Next() % 7) - 3)
                .ToArray();
            logits[random.Next() % (ulong)length] = 1;
            var expected = 0;
            for (var id = 1; id < length; id++)
            {
                expected = logits[id] > logits[expected] ? id : expected;
            }

            Assert.True(expected == ArgMax.Find(logits), $"length {length}, seed 11");
        }
    }

    [Fact]
    public void ArgMax_takes_minus_zero_and_zero_as_equal() => Assert.Equal(1, ArgMax.Find([-1, -0.0f, 0.0f]));

    [Fact]
    public void ArgMax_finds_NaN_anywhere()
    {
        for (var id = 0; id < 40; id++)
        {
            var logits = new float[40];
            logits[id] = float.NaN;

            var exception = Assert.Throws<ArgumentException>(() => ArgMax.Find(logits));

            Assert.Contains($"token {id} is NaN", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ArgMax_of_nothing_is_refused() => Assert.Throws<ArgumentException>(() => ArgMax.Find([]));
}
