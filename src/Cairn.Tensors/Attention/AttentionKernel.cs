using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors.Attention;

/// <summary>Picks the widest path that the processor runs natively.</summary>
internal static unsafe class AttentionKernel
{
    /// <summary>Queries that one pass over a block serves: enough to reuse what is loaded, few enough for the L2 cache.</summary>
    public const int PreferredRows = 32;

    public static void Run(in AttentionTile tile, in KvBlockLayout layout, in AttentionScratch scratch)
    {
        if (Vector512.IsHardwareAccelerated)
            Run<Lanes512, Vector512<float>>(tile, layout, scratch);
        else if (Vector256.IsHardwareAccelerated)
            Run<Lanes256, Vector256<float>>(tile, layout, scratch);
        else
            Run<Lanes128, Vector128<float>>(tile, layout, scratch);
    }

    public static void Run<TLanes, TVector>(in AttentionTile tile, in KvBlockLayout layout, in AttentionScratch scratch)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (layout.Type == KvElementType.F32)
            AttentionKernel<TLanes, TVector, float>.Run(tile, layout, scratch);
        else if (layout.Type == KvElementType.F16)
            AttentionKernel<TLanes, TVector, ushort>.Run(tile, layout, scratch);
        else
            AttentionKernel<TLanes, TVector, sbyte>.Run(tile, layout, scratch);
    }
}

/// <summary>
/// Attention of a tile of queries over blocks of keys and values with a running maximum and sum, in powers of two (the
/// scores carry a factor log2 e): for each block s = cap(q·K), m' = max(m, s), p = 2^(s−m'), l' = l·2^(m−m') + Σp,
/// o' = o·2^(m−m') + p·V; at the end y = o / l.
/// </summary>
/// <remarks>
/// Milakov and Gimelshein 2018, arXiv:1805.02867; Dao et al. 2022, arXiv:2205.14135. Four or eight queries share each loaded
/// vector of keys or values (<see cref="AttentionProducts{TLanes, TVector, TElement}"/>). A row that sees nothing yields
/// zeros. Accumulates in float32 and allocates nothing.
/// </remarks>
/// <typeparam name="TLanes">Vector operations.</typeparam>
/// <typeparam name="TVector">Vector type.</typeparam>
/// <typeparam name="TElement">float, ushort for half precision, or sbyte with scales.</typeparam>
internal static unsafe class AttentionKernel<TLanes, TVector, TElement>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
    where TElement : unmanaged
{
    private static float ElementScale => AttentionProducts<TLanes, TVector, TElement>.ElementScale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in AttentionTile tile, in KvBlockLayout layout, in AttentionScratch scratch)
    {
        int rows = tile.Tokens * tile.HeadsPerGroup;
        int paddedRows = AttentionScratch.RoundUp(rows);
        PackQueries(tile, layout.HeadDim, rows, paddedRows, scratch.Queries);
        new Span<float>(scratch.Sums, paddedRows * layout.ValueStride).Clear();
        new Span<float>(scratch.Maxima, paddedRows).Fill(float.NegativeInfinity);
        new Span<float>(scratch.Totals, paddedRows).Clear();

        int lastVisible = Visible(tile, rows - 1);
        int blockStart = Math.Max(tile.BlockStart, Hidden(tile, 0) / KvBlockLayout.BlockLength);
        int blockEnd = Math.Min(tile.BlockEnd, (lastVisible + KvBlockLayout.BlockLength - 1) / KvBlockLayout.BlockLength);
        for (int block = blockStart; block < blockEnd; block++)
        {
            byte* head = tile.Blocks[block] + tile.HeadOffset;
            nint ahead = block + 1 < Math.Max(blockEnd, tile.BlocksAhead) ? (nint)(tile.Blocks[block + 1] + tile.HeadOffset - head) : 0;
            int step;
            for (int row = 0; row < paddedRows; row += step)
            {
                step = Math.Min(AttentionProducts<TLanes, TVector, TElement>.MostRows, paddedRows - row);
                AddBlock(tile, layout, scratch, head, ahead, block * KvBlockLayout.BlockLength, row, step, rows);
            }
        }

        Finish(tile, layout, scratch, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackQueries(in AttentionTile tile, int headDim, int rows, int paddedRows, float* packed)
    {
        // With a cap the scores must come out as they are; the factor follows it.
        float scale = tile.Scale * ElementScale * (tile.SoftCap > 0 ? 1 : AttentionSoftmax.Log2E);
        for (int row = 0; row < paddedRows; row += 4, packed += 4 * headDim)
        {
            // Rows beyond the last repeat it; nobody reads their results.
            float* query0 = Query(tile, headDim, row);
            float* query1 = Query(tile, headDim, Math.Min(row + 1, rows - 1));
            float* query2 = Query(tile, headDim, Math.Min(row + 2, rows - 1));
            float* query3 = Query(tile, headDim, Math.Min(row + 3, rows - 1));
            for (int d = 0; d < headDim; d++)
                (Vector128.Create(query0[d], query1[d], query2[d], query3[d]) * scale).Store(packed + (d * 4));
        }
    }

    private static float* Query(in AttentionTile tile, int headDim, int row) =>
        tile.Queries + ((long)(row / tile.HeadsPerGroup) * tile.QueryStride) + (row % tile.HeadsPerGroup * headDim);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBlock(
        in AttentionTile tile,
        in KvBlockLayout layout,
        in AttentionScratch scratch,
        byte* head,
        nint ahead,
        int blockPosition,
        int firstRow,
        int rowCount,
        int rows)
    {
        int lastRow = Math.Min(firstRow + rowCount, rows) - 1;
        int end = Math.Min(Visible(tile, lastRow) - blockPosition, KvBlockLayout.BlockLength);
        int hiddenToAll = Math.Max(0, Hidden(tile, firstRow) - blockPosition);
        if (end <= hiddenToAll)
            return;

        // Whole groups of positions that no row sees are left out; start is where the first that counts begins.
        int start = hiddenToAll / KvBlockLayout.GroupLength * KvBlockLayout.GroupLength;
        int count = end - start;
        blockPosition += start;
        float* scores = scratch.Scores + ((long)firstRow * KvBlockLayout.BlockLength);
        float* queries = scratch.Queries + ((long)firstRow * layout.HeadDim);
        byte* keys = head + (start / KvBlockLayout.GroupLength * layout.KeyGroupBytes);
        for (int group = 0; group < count; group += KvBlockLayout.GroupLength)
        {
            AttentionProducts<TLanes, TVector, TElement>.Score(layout, queries, rowCount, keys, ahead, scores + group);
            keys += layout.KeyGroupBytes;
        }

        if (tile.SoftCap > 0)
            CapScores(scores, rowCount, Padded(count), tile.SoftCap);

        for (int row = firstRow; row < firstRow + rowCount; row++)
        {
            int hidden = Math.Clamp(Hidden(tile, Math.Min(row, lastRow)) - blockPosition, 0, count);
            int visible = Math.Clamp(Visible(tile, Math.Min(row, lastRow)) - blockPosition, 0, count);
            Normalise(scratch, layout.ValueStride, row, hidden, visible, Padded(count));
        }

        float* sums = scratch.Sums + ((long)firstRow * layout.ValueStride);
        AttentionProducts<TLanes, TVector, TElement>.AddValues(
            layout, scores, rowCount, head + layout.ValueOffset, start, count, ahead, scratch.Weighted, sums);
    }

    /// <summary>Positions in whole groups. Scores are computed and capped for all of them: rounding must not depend on the count.</summary>
    private static int Padded(int count) =>
        (count + KvBlockLayout.GroupLength - 1) / KvBlockLayout.GroupLength * KvBlockLayout.GroupLength;

    private static void CapScores(float* scores, int rows, int count, float cap)
    {
        for (int row = 0; row < rows; row++)
        {
            var values = new Span<float>(scores + (row * KvBlockLayout.BlockLength), count);
            SoftCap.Apply(values, cap, values);
            TensorPrimitives.Multiply(values, AttentionSoftmax.Log2E, values);
        }
    }

    /// <summary>The position after the last that a row sees.</summary>
    private static int Visible(in AttentionTile tile, int row)
    {
        int visible = tile.FirstVisible + (row / tile.HeadsPerGroup * tile.VisibleStep);
        return tile.Positions == 0 ? visible : Math.Min(visible, tile.Positions);
    }

    /// <summary>The first position that a row sees.</summary>
    private static int Hidden(in AttentionTile tile, int row) => tile.Window == 0
        ? 0
        : Math.Max(0, tile.FirstVisible + (row / tile.HeadsPerGroup * tile.VisibleStep) - tile.Window);

    /// <summary>Turns one row of scores into probabilities against the running maximum and updates its sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(in AttentionScratch scratch, int valueStride, int row, int hidden, int visible, int count)
    {
        float* scores = scratch.Scores + ((long)row * KvBlockLayout.BlockLength);
        if (hidden > 0)
            new Span<float>(scores, hidden).Fill(float.NegativeInfinity);

        if (visible < count)
            new Span<float>(scores + visible, count - visible).Fill(float.NegativeInfinity);

        float correction = AttentionSoftmax.Apply<TLanes, TVector>(
            scores, count, ElementScale, ref scratch.Maxima[row], ref scratch.Totals[row]);

        // What is masked came out as 2^−125 at most. Exactly nothing must come of it, or a row's sums would depend on which
        // other rows look at the block with it.
        if (hidden > 0)
            new Span<float>(scores, hidden).Clear();

        if (visible < count)
            new Span<float>(scores + visible, count - visible).Clear();

        if (correction != 1)
            Scale(scratch.Sums + ((long)row * valueStride), valueStride, correction);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* sums, int length, float factor)
    {
        TVector factors = TLanes.Broadcast(factor);
        for (int d = 0; d < length; d += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(sums + d), factors), sums + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(float* sums, float inverse, int length, float* output)
    {
        int d = 0;
        for (; d <= length - TLanes.Count; d += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(sums + d), TLanes.Broadcast(inverse)), output + d);

        for (; d < length; d++)
            output[d] = sums[d] * inverse;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(in AttentionTile tile, in KvBlockLayout layout, in AttentionScratch scratch, int rows)
    {
        int stride = layout.ValueStride;
        for (int row = 0; row < rows; row++)
        {
            float* sums = scratch.Sums + ((long)row * stride);
            if (tile.Partials is not null)
            {
                float* partial = tile.Partials + ((long)row * (stride + 2));
                new ReadOnlySpan<float>(sums, stride).CopyTo(new Span<float>(partial, stride));
                partial[stride] = scratch.Maxima[row];
                partial[stride + 1] = scratch.Totals[row];
                continue;
            }

            float inverse = scratch.Totals[row] == 0 ? 0 : 1 / scratch.Totals[row];
            float* output = tile.Output + ((long)(row / tile.HeadsPerGroup) * tile.OutputStride)
                + (row % tile.HeadsPerGroup * layout.HeadDim);
            Divide(sums, inverse, layout.HeadDim, output);
        }
    }
}
