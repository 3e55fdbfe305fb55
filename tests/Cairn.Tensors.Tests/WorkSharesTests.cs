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

    [Fact]
    public void Pieces_taken_together_never_cross_the_end_of_a_share()
    {
        var shares = new WorkShares(2);
        shares.Reset(11); // 0 to 4, 5 to 10
        var share = 0;
        var taken = new List<(int First, int End)>();
        while (shares.TryClaim(0, ref share, 4, out var piece, out var end))
        {
            taken.Add((piece, end));
        }

        Assert.Equal([(0, 4), (4, 5), (5, 9), (9, 11)], taken);
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
