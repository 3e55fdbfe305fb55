using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>Rows of a batch that run through the layers together: parts of its sequences.</summary>
internal sealed unsafe class DecoderPanel
{
    private AttentionSegment[] _segments = new AttentionSegment[4];
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

    /// <summary>The parts of sequences, with their first rows in the panel.</summary>
    public ReadOnlySpan<AttentionSegment> Segments => _segments.AsSpan(0, _segmentCount);

    /// <summary>Most tokens that the cache of each segment's sequence will hold.</summary>
    public ReadOnlySpan<int> Contexts => _contexts.AsSpan(0, _segmentCount);

    /// <summary>Takes rows of a batch.</summary>
    public void Plan(ForwardBatch batch, int firstRow, int rows)
    {
        (FirstRow, Rows, _segmentCount) = (firstRow, rows, 0);
        foreach (ref readonly ForwardBatch.Sequence sequence in batch.Sequences)
        {
            (int start, int count) = PartOf(sequence);
            if (count == 0)
                continue;

            if (_segmentCount == _segments.Length)
            {
                Array.Resize(ref _segments, 2 * _segmentCount);
                Array.Resize(ref _contexts, 2 * _segmentCount);
            }

            _contexts[_segmentCount] = sequence.Cache.ContextLength;
            _segments[_segmentCount++] = new AttentionSegment(
                sequence.Cache.Blocks, sequence.Cache.Length, start - firstRow, count);
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
