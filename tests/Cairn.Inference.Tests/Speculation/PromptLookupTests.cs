using Cairn.Inference.Speculation;
using Xunit;

namespace Cairn.Inference.Tests.Speculation;

public sealed class PromptLookupTests
{
    [Fact]
    public void Longest_agreement_wins_over_a_later_place()
    {
        (int agreeing, int[] draft) = Find([1, 2, 3, 50, 51, 9, 2, 3, 60, 61, 1, 2, 3], 2);

        Assert.Equal(3, agreeing);
        Assert.Equal([50, 51], draft);
    }

    [Fact]
    public void Of_equal_agreements_the_latest_wins()
    {
        (int agreeing, int[] draft) = Find([7, 2, 3, 50, 8, 2, 3, 60, 9, 2, 3], 1);

        Assert.Equal(2, agreeing);
        Assert.Equal([60], draft);
    }

    [Fact]
    public void Agreement_beyond_the_longest_match_is_not_counted()
    {
        int[] part = [.. Enumerable.Range(1, 12)];

        Assert.Equal(PromptLookup.LongestMatch, Find([.. part, 99, .. part], 1).Agreeing);
    }

    [Theory]
    [InlineData(new[] { 4, 4, 4 }, new[] { 4, 4, 4, 4, 4 })]
    [InlineData(new[] { 1, 2, 3, 1, 2 }, new[] { 3, 1, 2, 3, 1 })]
    public void Guess_that_reaches_the_end_reads_on_into_itself(int[] text, int[] expected) =>
        Assert.Equal(expected, Find(text, expected.Length).Draft);

    [Theory]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 1, 2 })]
    [InlineData(new[] { 1, 2, 3, 4, 5 })]
    public void Text_that_never_had_its_last_token_gives_no_guess(int[] text)
    {
        (int agreeing, int[] draft) = Find(text, 3);

        Assert.Equal(0, agreeing);
        Assert.Equal([0, 0, 0], draft);
    }

    [Fact]
    public void Guess_equals_that_of_a_plain_search_on_random_texts()
    {
        var random = new Random(11);
        for (int round = 0; round < 2000; round++)
        {
            int[] text = [.. Enumerable.Range(0, random.Next(2, 60)).Select(_ => random.Next(1, 4))];

            (int agreeing, int[] draft) = Find(text, 6);

            (int expected, int next) = Search(text);
            Assert.True(expected == agreeing, $"round {round}, seed 11: {agreeing} agree, {expected} expected");
            List<int> whole = [.. text];
            for (int i = 0; i < 6 && expected > 0; i++)
                whole.Add(whole[next + i]);

            Assert.Equal(expected == 0 ? [0, 0, 0, 0, 0, 0] : whole[text.Length..], draft);
        }
    }

    /// <summary>The definition: every place, the most tokens that agree before it, the latest of equals.</summary>
    private static (int Agreeing, int Next) Search(int[] text)
    {
        (int best, int next) = (0, 0);
        for (int place = 1; place < text.Length; place++)
        {
            int agreeing = 0;
            while (agreeing < PromptLookup.LongestMatch && agreeing < place && text[place - 1 - agreeing] == text[^(1 + agreeing)])
                agreeing++;

            if (agreeing > 0 && agreeing >= best)
                (best, next) = (agreeing, place);
        }

        return (best, next);
    }

    private static (int Agreeing, int[] Draft) Find(int[] text, int count)
    {
        int[] pass = [text[^1], .. new int[count]];
        int agreeing = PromptLookup.Find(text.AsSpan(0, text.Length - 1), pass);
        Assert.Equal(text[^1], pass[0]);
        return (agreeing, pass[1..]);
    }
}
