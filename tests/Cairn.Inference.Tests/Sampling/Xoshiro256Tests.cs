using Cairn.Inference.Sampling;
using Xunit;

namespace Cairn.Inference.Tests.Sampling;

public sealed class Xoshiro256Tests
{
    [Fact]
    public void Sequence_equals_the_authors_algorithm()
    {
        var random = new Xoshiro256(1, 2, 3, 4);

        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        Assert.Equal(expected, expected.Select(_ => random.Next()).ToArray());
    }

    [Fact]
    public void Sequence_of_a_seed_never_changes()
    {
        var random = new Xoshiro256(42);

        ulong[] expected =
        [
            1546998764402558742, 6990951692964543102, 12544586762248559009, 17057574109182124193, 18295552978065317476,
        ];
        Assert.Equal(expected, expected.Select(_ => random.Next()).ToArray());
    }

    [Fact]
    public void Doubles_are_from_0_up_to_1()
    {
        var random = new Xoshiro256(6);
        var numbers = Enumerable.Range(0, 10_000).Select(_ => random.NextDouble()).ToArray();

        Assert.All(numbers, number => Assert.InRange(number, 0, 1 - double.Epsilon));
        Assert.Equal(0.5, numbers.Average(), 0.02);
    }
}
