using Xunit;

namespace Cairn.Tensors.Tests;

public sealed class WorkSharesTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 100)]
    [InlineData(4, 2)]
    [InlineData(2, 0)]
    public void Every_piece_is_given_out_once_even_when_workers_never_come(int workers, int pieces)
    {
        var shares = new WorkShares(workers);
        for (var alone = 0; alone < workers; alone++)
        {
            shares.Reset(pieces);

            Assert.Equal(Enumerable.Range(0, pieces), Claim(shares, alone).Order());
        }
    }

    [Fact]
    public void Worker_takes_its_own_share_in_order_before_the_others()
    {
        var shares = new WorkShares(2);
        shares.Reset(6);

        Assert.Equal([3, 4, 5, 0, 1, 2], Claim(shares, 1));
    }

    [Fact]
    public void Racing_workers_take_every_piece_once()
    {
        var shares = new WorkShares(4);
        var counts = new int[999];
        for (var repeat = 0; repeat < 20; repeat++)
        {
            shares.Reset(counts.Length);
            Parallel.For(0, 4, worker =>
            {
                foreach (var piece in Claim(shares, worker))
                {
                    Interlocked.Increment(ref counts[piece]);
                }
            });

            Assert.All(counts, count => Assert.Equal(repeat + 1, count));
        }
    }

    private static List<int> Claim(WorkShares shares, int worker)
    {
        var pieces = new List<int>();
        var share = worker;
        while (shares.TryClaim(worker, ref share, out var piece))
        {
            pieces.Add(piece);
        }

        return pieces;
    }
}
