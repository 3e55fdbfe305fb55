using System.Numerics.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Consecutive sequences of a batch that run through the layers together.</summary>
/// <param name="FirstSequence">The first.</param>
/// <param name="Sequences">How many.</param>
/// <param name="FirstRow">Row of the batch with its first token.</param>
/// <param name="Rows">Tokens.</param>
internal readonly record struct EncoderSlice(int FirstSequence, int Sequences, int FirstRow, int Rows)
{
    private const int StackWorkers = 64;
    private const int LongestPercent = 115;

    /// <summary>Cuts a batch into slices of at most so many tokens; a longer sequence is a slice of its own.</summary>
    public static void Cut(ReadOnlySpan<int> lengths, int most, List<EncoderSlice> slices)
    {
        slices.Clear();
        int row = 0;
        for (int start = 0, end = 0; start < lengths.Length; start = end)
        {
            int rows = 0;
            do
                rows += lengths[end++];
            while (end < lengths.Length && rows + lengths[end] <= most);

            slices.Add(new EncoderSlice(start, end - start, row, rows));
            row += rows;
        }
    }

    /// <summary>
    /// Whether workers that take whole slices finish about as early as workers that share every product: the longest
    /// first, each to whoever is free.
    /// </summary>
    /// <param name="slices">The slices, which are put in the order of taking.</param>
    /// <param name="workers">Workers.</param>
    public static bool CanBeShared(List<EncoderSlice> slices, int workers)
    {
        slices.Sort((a, b) => b.Rows.CompareTo(a.Rows));
        Span<int> loads = workers <= StackWorkers ? stackalloc int[workers] : new int[workers];
        loads.Clear();
        long total = 0;
        foreach (EncoderSlice slice in slices)
        {
            int free = loads.IndexOf(TensorPrimitives.Min<int>(loads));
            loads[free] += slice.Rows;
            total += slice.Rows;
        }

        return TensorPrimitives.Max<int>(loads) * (long)workers * 100 <= total * LongestPercent;
    }
}
