using Cairn.Models.Tokenizers.Algorithms;
using Xunit;

namespace Cairn.Models.Tests.Tokenizers.Algorithms;

public sealed class BytePairMergerTests
{
    [Fact]
    public void Apply_merges_the_lowest_rank_first_and_the_leftmost_of_equals()
    {
        var table = new MergeTable(4);
        table.Add(1, 1, new Merge(1, 10));
        table.Add(1, 2, new Merge(0, 11));
        table.Add(10, 11, new Merge(2, 12));
        int[] symbols = [1, 1, 1, 2, 1, 1, 1];

        var count = BytePairMerger.Apply(symbols, table);

        Assert.Equal([12, 10, 1], symbols[..count]);
    }

    [Fact]
    public void Heap_gives_what_the_plain_search_gives()
    {
        const int Seed = 41;
        var random = new Random(Seed);
        for (var round = 0; round < 500; round++)
        {
            var table = new MergeTable(64);
            var rank = 0;
            for (var merge = 0; merge < 40; merge++)
            {
                // Sometimes one rank for several pairs, as with equal scores.
                table.Add(random.Next(4 + merge), random.Next(4 + merge), new Merge(random.Next(3) == 0 ? rank : ++rank, 4 + merge));
            }

            var symbols = Enumerable.Range(0, random.Next(2, 48)).Select(_ => random.Next(4)).ToArray();
            var scanned = symbols.ToArray();
            var heaped = symbols.ToArray();

            var scannedCount = BytePairMerger.MergeByScan(scanned, table);
            var heapedCount = BytePairMerger.MergeByHeap(heaped, table);

            Assert.True(
                scanned.AsSpan(0, scannedCount).SequenceEqual(heaped.AsSpan(0, heapedCount)),
                $"seed {Seed}, round {round}: [{string.Join(",", symbols)}]");
        }
    }
}
