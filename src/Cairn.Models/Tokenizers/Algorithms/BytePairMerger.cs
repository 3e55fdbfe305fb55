using System.Buffers;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Applies merges to a sequence of symbols: always the lowest rank, the leftmost of equals, until none is left.</summary>
/// <remarks>
/// Sennrich, Haddow and Birch 2016, arXiv:1508.07909. Short pieces search for the lowest rank each time, which is
/// quadratic but fastest there; long ones keep a heap, O(n log n).
/// </remarks>
internal static class BytePairMerger
{
    private const int LongestScanned = 48;

    /// <summary>Merges in place and returns the number of symbols left at the front of <paramref name="symbols"/>.</summary>
    public static int Apply(Span<int> symbols, MergeTable table)
    {
        if (symbols.Length < 2) return symbols.Length;

        return symbols.Length <= LongestScanned ? MergeByScan(symbols, table) : MergeByHeap(symbols, table);
    }

    internal static int MergeByScan(Span<int> symbols, MergeTable table)
    {
        var count = symbols.Length;
        WorkMeter.Add(count * (long)count);
        Span<Merge> merges = count <= LongestScanned ? stackalloc Merge[LongestScanned] : new Merge[count];
        for (var i = 0; i + 1 < count; i++)
        {
            merges[i] = table.Get(symbols[i], symbols[i + 1]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
            {
                if (merges[i].Rank < merges[best].Rank) best = i;
            }

            if (!merges[best].Exists) break;

            symbols[best] = merges[best].Id;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            if (best + 2 < count) merges[(best + 2)..count].CopyTo(merges[(best + 1)..]);
            count--;
            if (best > 0) merges[best - 1] = table.Get(symbols[best - 1], symbols[best]);
            if (best + 1 < count) merges[best] = table.Get(symbols[best], symbols[best + 1]);
        }

        return count;
    }

    internal static int MergeByHeap(Span<int> symbols, MergeTable table)
    {
        var length = symbols.Length;
        var merges = ArrayPool<Merge>.Shared.Rent(length);
        var links = ArrayPool<Link>.Shared.Rent(length);
        using var heap = new MergeHeap(length);
        for (var i = 0; i < length; i++)
        {
            links[i] = new Link(i - 1, i + 1 < length ? i + 1 : -1);
            merges[i] = i + 1 < length ? table.Get(symbols[i], symbols[i + 1]) : Merge.None;
            if (merges[i].Exists) heap.Append(merges[i].Rank, i);
        }

        heap.Order();
        var steps = (long)length;
        while (heap.TryPop(out var rank, out var left))
        {
            steps++;

            // A stale entry: the pair at this place has changed since it was queued.
            if (merges[left].Rank != rank) continue;

            var right = links[left].Next;
            symbols[left] = merges[left].Id;
            merges[right] = Merge.None;
            var next = links[right].Next;
            links[left].Next = next;
            if (next >= 0) links[next].Previous = left;

            Requeue(symbols, left, next);
            if (links[left].Previous >= 0) Requeue(symbols, links[left].Previous, left);
        }

        var count = 0;
        for (var i = 0; i >= 0; i = links[i].Next)
        {
            symbols[count++] = symbols[i];
        }

        WorkMeter.Add(steps);
        ArrayPool<Merge>.Shared.Return(merges);
        ArrayPool<Link>.Shared.Return(links);
        return count;

        void Requeue(Span<int> values, int at, int following)
        {
            merges[at] = following < 0 ? Merge.None : table.Get(values[at], values[following]);
            if (merges[at].Exists) heap.Push(merges[at].Rank, at);
        }
    }

    private record struct Link(int Previous, int Next);
}
