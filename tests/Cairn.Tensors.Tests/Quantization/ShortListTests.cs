using Xunit;

namespace Cairn.Tensors.Tests;

public sealed class ShortListTests
{
    [Fact]
    public void Keeps_the_cheapest_in_order_and_the_earlier_of_equals()
    {
        var list = new ShortList(stackalloc float[6]);
        foreach (var (candidate, cost) in (ReadOnlySpan<(float, float)>)[(1, 9), (2, 4), (3, 4), (4, 7), (5, 1), (6, 4)])
        {
            list.Add(candidate, cost);
        }

        Assert.Equal(3, list.Count);
        Assert.Equal((5f, 2f, 3f), (list[0], list[1], list[2]));
    }

    [Fact]
    public void Ignores_costs_that_are_not_finite()
    {
        var list = new ShortList(stackalloc float[4]);
        list.Add(3, float.NaN);
        list.Add(4, float.PositiveInfinity);
        list.Add(1, 3);
        list.Add(2, 2);

        Assert.Equal((2, 2f, 1f), (list.Count, list[0], list[1]));
    }
}
