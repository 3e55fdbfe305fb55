using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>Rows of a batch that run through the layers together: parts of its sequences.</summary>
/// <param name="groups">Groups of layers that have cache blocks of their own.</param>
internal sealed unsafe class DecoderPanel(int groups)
{
    private AttentionSegment[] _segments = new AttentionSegment[4 * groups]; // those of group g at g · capacity
    private int[] _contexts = new int[4];
    private int _segmentCount;

    /// <summary>Row of the batch that the panel starts with.</summary>
    public int FirstRow { get; private set; }

    /// <summary>Rows.</summary>
    public int Rows { get; private set; }

    /// <summary>First of the batch's logits that lies in the panel.</summary>
    public int FirstLogits { get; private set; }

    /// <summary>How many of them do.</summary>
    public int LogitsCount { get; private set; }

    /// <summary>Most tokens that the cache of each segment's sequence will hold.</summary>
    public ReadOnlySpan<int> Contexts => _contexts.AsSpan(0, _segmentCount);

    /// <summary>The parts of sequences, with their first rows in the panel and their blocks of a group of layers.</summary>
    public ReadOnlySpan<AttentionSegment> SegmentsOf(int group) => _segments.AsSpan(group * _contexts.Length, _segmentCount);

    /// <summary>Takes rows of a batch and makes room for them in their caches.</summary>
    public void Plan(ForwardBatch batch, int firstRow, int rows)
    {
        (FirstRow, Rows, _segmentCount) = (firstRow, rows, 0);
        foreach (ref readonly ForwardBatch.Sequence sequence in batch.Sequences)
        {
            (int start, int count) = PartOf(sequence);
            if (count == 0)
                continue;

            if (_segmentCount == _contexts.Length)
                Grow();

            KvCache cache = sequence.Cache;
            cache.Reserve(cache.Length + count);
            for (int group = 0; group < groups; group++)
            {
                _segments[(group * _contexts.Length) + _segmentCount] =
                    new AttentionSegment(cache.BlocksOf(group), cache.Length, start - firstRow, count);
            }

            _contexts[_segmentCount++] = cache.ContextLength;
        }

        FindLogits(batch.LogitsRows);
    }

    /// <summary>Counts the panel's tokens as held by their caches.</summary>
    public void AdvanceCaches(ForwardBatch batch)
    {
        foreach (ref readonly ForwardBatch.Sequence sequence in batch.Sequences)
            sequence.Cache.Advance(PartOf(sequence).Count);
    }

    private (int Start, int Count) PartOf(in ForwardBatch.Sequence sequence)
    {
        int start = Math.Max(sequence.FirstRow, FirstRow);
        int end = Math.Min(sequence.FirstRow + sequence.Count, FirstRow + Rows);
        return (start, Math.Max(0, end - start));
    }

    private void Grow()
    {
        int capacity = _contexts.Length;
        var segments = new AttentionSegment[2 * capacity * groups];
        for (int group = 0; group < groups; group++)
            _segments.AsSpan(group * capacity, capacity).CopyTo(segments.AsSpan(group * 2 * capacity));

        _segments = segments;
        Array.Resize(ref _contexts, 2 * capacity);
    }

    private void FindLogits(ReadOnlySpan<int> logitsRows)
    {
        int first = 0;
        while (first < logitsRows.Length && logitsRows[first] < FirstRow)
            first++;

        int end = first;
        while (end < logitsRows.Length && logitsRows[end] < FirstRow + Rows)
            end++;

        (FirstLogits, LogitsCount) = (first, end - first);
    }
}
