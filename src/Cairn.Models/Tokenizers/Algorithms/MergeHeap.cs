using System.Buffers;

namespace Cairn.Models.Tokenizers.Algorithms;

/// <summary>Binary heap of (rank, position): the lowest rank first, the leftmost position of equals.</summary>
internal sealed class MergeHeap(int capacity) : IDisposable
{
    private ulong[] _items = ArrayPool<ulong>.Shared.Rent(Math.Max(16, capacity));
    private int _count;

    /// <summary>Adds without keeping order; call <see cref="Order"/> before the first pop.</summary>
    public void Append(int rank, int position)
    {
        if (_count == _items.Length) Grow();

        _items[_count++] = Pack(rank, position);
    }

    public void Order()
    {
        for (var i = (_count / 2) - 1; i >= 0; i--)
        {
            SiftDown(i);
        }
    }

    public void Push(int rank, int position)
    {
        Append(rank, position);
        var item = _items[_count - 1];
        var at = _count - 1;
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (_items[parent] <= item) break;

            _items[at] = _items[parent];
            at = parent;
        }

        _items[at] = item;
    }

    public bool TryPop(out int rank, out int position)
    {
        (rank, position) = (0, 0);
        if (_count == 0) return false;

        var top = _items[0];
        _items[0] = _items[--_count];
        SiftDown(0);
        (rank, position) = ((int)(top >> 32), (int)top);
        return true;
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_items);
        _items = [];
        _count = 0;
    }

    private static ulong Pack(int rank, int position) => ((ulong)(uint)rank << 32) | (uint)position;

    private void SiftDown(int at)
    {
        var item = _items[at];
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && _items[child + 1] < _items[child]) child++;
            if (_items[child] >= item) break;

            _items[at] = _items[child];
            at = child;
        }

        _items[at] = item;
    }

    private void Grow()
    {
        var larger = ArrayPool<ulong>.Shared.Rent(_items.Length * 2);
        _items.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<ulong>.Shared.Return(_items);
        _items = larger;
    }
}
