using Cairn.Models.Tokenizers;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers;

public sealed class PairTemplateTests
{
    private static readonly PairTemplate Bert = new(
    [
        new(PairPart.Special, 101, 0), new(PairPart.First, 0, 0), new(PairPart.Special, 102, 0),
        new(PairPart.Second, 0, 1), new(PairPart.Special, 102, 1),
    ]);

    [Fact]
    public void Apply_puts_special_tokens_and_types_around_both_texts()
    {
        var pair = Bert.Apply([1, 2], [3]);

        Assert.Equal([101, 1, 2, 102, 3, 102], pair.Ids);
        Assert.Equal([0, 0, 0, 0, 1, 1], pair.TokenTypes);
        Assert.False(pair.IsTruncated);
    }

    // Lengths as the reference library (tokenizers 0.23) leaves them: the shorter text is kept up to half of the room.
    [Theory]
    [InlineData(5, 20, 13, 5, 5)]
    [InlineData(20, 5, 13, 5, 5)]
    [InlineData(3, 20, 13, 3, 7)]
    [InlineData(20, 3, 13, 7, 3)]
    [InlineData(20, 20, 14, 5, 6)]
    [InlineData(20, 30, 14, 5, 6)]
    [InlineData(30, 20, 14, 6, 5)]
    [InlineData(4, 6, 13, 4, 6)]
    public void Longest_first_cuts_the_longer_text(int first, int second, int maxTokens, int expectedFirst, int expectedSecond)
    {
        var pair = Bert.Apply(Ids(1, first), Ids(2, second), maxTokens);

        Assert.Equal(expectedFirst, pair.Ids.Count(id => id == 1));
        Assert.Equal(expectedSecond, pair.Ids.Count(id => id == 2));
        Assert.Equal(first + second + 3 > maxTokens, pair.IsTruncated);
        Assert.Equal(pair.Ids.Length, pair.TokenTypes.Length);
    }

    [Fact]
    public void Only_second_keeps_the_first_text_whole()
    {
        var pair = Bert.Apply(Ids(1, 8), Ids(2, 20), 13, PairTruncation.OnlySecond);

        Assert.Equal(8, pair.Ids.Count(id => id == 1));
        Assert.Equal(2, pair.Ids.Count(id => id == 2));
        Assert.Throws<ArgumentException>(() => Bert.Apply(Ids(1, 10), Ids(2, 20), 13, PairTruncation.OnlySecond));
    }

    [Fact]
    public void Impossible_templates_and_limits_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PairTemplate([new(PairPart.First, 0, 0)]));
        Assert.Throws<ArgumentException>(() => new PairTemplate([new(PairPart.Second, 0, 0), new(PairPart.First, 0, 0)]));
        Assert.Throws<ArgumentException>(() => Bert.Apply([1], [2], maxTokens: 4));
    }

    private static int[] Ids(int id, int count) => [.. Enumerable.Repeat(id, count)];
}
