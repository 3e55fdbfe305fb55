using Cairn.Inference.Speculation;
using Xunit;

namespace Cairn.Inference.Tests.Speculation;

public sealed class DraftLengthTests
{
    [Fact]
    public void Length_doubles_while_everything_is_right()
    {
        var length = new DraftLength(LookupMode.Auto);
        var limits = new List<int>();
        for (int pass = 0; pass < 4; pass++)
        {
            limits.Add(length.Limit);
            length.Learn(length.Limit, length.Limit);
        }

        Assert.Equal([2, 4, 7, DraftLength.Most], limits);
    }

    [Theory]
    [InlineData(5, 5)] // as long as what was right
    [InlineData(1, 3)] // but not below half
    [InlineData(0, 3)]
    public void Length_shrinks_to_what_was_right(int accepted, int expected)
    {
        var length = new DraftLength(LookupMode.Auto);
        length.Learn(4, 4);

        length.Learn(7, accepted);

        Assert.Equal(expected, length.Limit);
    }

    [Fact]
    public void Guesses_that_fail_pause_for_longer_each_time()
    {
        var length = new DraftLength(LookupMode.Auto);
        var pauses = new List<int>();
        length.Learn(2, 0);
        for (int failure = 0; failure < 6; failure++)
        {
            length.Learn(1, 0);
            int pause = 0;
            for (; length.Limit == 0; pause++)
                length.Skip();

            pauses.Add(pause);
        }

        Assert.Equal([4, 8, 16, 32, 64, 64], pauses);
        Assert.Equal(1, length.Limit);
        length.Learn(1, 1);
        length.Learn(2, 0);
        length.Learn(1, 0);
        length.Skip();
        Assert.Equal(0, length.Limit);
        for (int i = 0; i < 3; i++)
            length.Skip();

        Assert.Equal(1, length.Limit);
    }

    [Fact]
    public void Off_never_guesses_and_on_always_does()
    {
        var off = new DraftLength(LookupMode.Off);
        var on = new DraftLength(LookupMode.On);
        for (int pass = 0; pass < 5; pass++)
            on.Learn(7, 0);

        Assert.Equal(0, off.Limit);
        Assert.Equal(DraftLength.Most, on.Limit);
        Assert.Equal((8, 2, 4), (on.Trust(8, 2), new DraftLength(LookupMode.Auto).Trust(8, 2), new DraftLength(LookupMode.Auto).Trust(8, 3)));
    }
}
