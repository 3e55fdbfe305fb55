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
        else
            AttentionKernel<TLanes, TVector, ushort>.Run(tile, layout, scratch);
    }
}

/// <summary>
/// Attention of a tile of queries over blocks of keys and values with a running maximum and sum: for each block
/// s = cap(q·K), m' = max(m, s), p = e^(s−m'), l' = l·e^(m−m') + Σp, o' = o·e^(m−m') + p·V; at the end y = o / l.
/// </summary>
/// <remarks>
/// Milakov and Gimelshein 2018, arXiv:1805.02867; Dao et al. 2022, arXiv:2205.14135. Four queries share each loaded
/// vector of keys or values, so both inner loops hold eight accumulators. A row that sees nothing yields zeros.
/// Accumulates in float32 and allocates nothing.
/// </remarks>
/// <typeparam name="TLanes">Vector operations.</typeparam>
/// <typeparam name="TVector">Vector type.</typeparam>
/// <typeparam name="TElement">float, or ushort for half precision.</typeparam>
internal static unsafe class AttentionKernel<TLanes, TVector, TElement>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
    where TElement : unmanaged
{
    // What LoadHalfScaled leaves out; put into the queries and into the probabilities instead.
    private const float HalfScale = 5.192296858534828e33f; // 2^112

    private static float ElementScale => typeof(TElement) == typeof(ushort) ? HalfScale : 1f;

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
            int blockPosition = block * KvBlockLayout.BlockLength;
            for (int row = 0; row < paddedRows; row += 4)
                AddBlock(tile, layout, scratch, head, blockPosition, row, rows);
        }

        Finish(tile, layout, scratch, rows);
    }

    private static void PackQueries(in AttentionTile tile, int headDim, int rows, int paddedRows, float* packed)
    {
        float scale = tile.Scale * ElementScale;
        for (int row = 0; row < paddedRows; row++)
        {
            float* target = packed + ((long)(row >> 2) * headDim * 4) + (row & 3);
            if (row >= rows)
            {
                for (int d = 0; d < headDim; d++)
                    target[d * 4] = 0;

                continue;
            }

            float* query = tile.Queries + ((long)(row / tile.HeadsPerGroup) * tile.QueryStride)
                + (row % tile.HeadsPerGroup * headDim);
            for (int d = 0; d < headDim; d++)
                target[d * 4] = query[d] * scale;
        }
    }

    private static void AddBlock(
        in AttentionTile tile,
        in KvBlockLayout layout,
        in AttentionScratch scratch,
        byte* head,
        int blockPosition,
        int firstRow,
        int rows)
    {
        int lastRow = Math.Min(firstRow + 3, rows - 1);
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
        TElement* keys = (TElement*)head + ((long)start * layout.HeadDim);
        for (int group = 0; group < count; group += KvBlockLayout.GroupLength)
            Scores(queries, keys + ((long)group * layout.HeadDim), layout.HeadDim, scores + group);

        if (tile.SoftCap > 0)
            CapScores(scores, Padded(count), tile.SoftCap);

        for (int row = firstRow; row < firstRow + 4; row++)
        {
            int hidden = Math.Clamp(Hidden(tile, Math.Min(row, lastRow)) - blockPosition, 0, count);
            int visible = Math.Clamp(Visible(tile, Math.Min(row, lastRow)) - blockPosition, 0, count);
            Normalise(scratch, layout.ValueStride, row, hidden, visible, count);
        }

        float* sums = scratch.Sums + ((long)firstRow * layout.ValueStride);
        TElement* values = (TElement*)(head + layout.ValueOffset) + ((long)start * layout.ValueStride);
        AddValues(scores, values, count, layout.ValueStride, sums);
    }

    /// <summary>Positions in whole groups. Scores are computed and capped for all of them: rounding must not depend on the count.</summary>
    private static int Padded(int count) =>
        (count + KvBlockLayout.GroupLength - 1) / KvBlockLayout.GroupLength * KvBlockLayout.GroupLength;

    private static void CapScores(float* scores, int count, float cap)
    {
        for (int row = 0; row < 4; row++)
        {
            var values = new Span<float>(scores + (row * KvBlockLayout.BlockLength), count);
            SoftCap.Apply(values, cap, values);
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

    /// <summary>scores[r, p] = Σ_d queries[d, r] · keys[d, p] for four queries and one group of positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores(float* queries, TElement* keys, int headDim, float* scores)
    {
        for (int position = 0; position < KvBlockLayout.GroupLength; position += 2 * TLanes.Count)
        {
            TElement* key = keys + position;
            float* query = queries;
            TVector s00 = TLanes.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
            for (int d = 0; d < headDim; d++)
            {
                TVector k0 = Load(key);
                TVector k1 = Load(key + TLanes.Count);
                TVector q0 = TLanes.Broadcast(query[0]);
                s00 = TLanes.MultiplyAdd(q0, k0, s00);
                s01 = TLanes.MultiplyAdd(q0, k1, s01);
                TVector q1 = TLanes.Broadcast(query[1]);
                s10 = TLanes.MultiplyAdd(q1, k0, s10);
                s11 = TLanes.MultiplyAdd(q1, k1, s11);
                TVector q2 = TLanes.Broadcast(query[2]);
                s20 = TLanes.MultiplyAdd(q2, k0, s20);
                s21 = TLanes.MultiplyAdd(q2, k1, s21);
                TVector q3 = TLanes.Broadcast(query[3]);
                s30 = TLanes.MultiplyAdd(q3, k0, s30);
                s31 = TLanes.MultiplyAdd(q3, k1, s31);
                key += KvBlockLayout.GroupLength;
                query += 4;
            }

            float* target = scores + position;
            TLanes.Store(s00, target);
            TLanes.Store(s01, target + TLanes.Count);
            target += KvBlockLayout.BlockLength;
            TLanes.Store(s10, target);
            TLanes.Store(s11, target + TLanes.Count);
            target += KvBlockLayout.BlockLength;
            TLanes.Store(s20, target);
            TLanes.Store(s21, target + TLanes.Count);
            target += KvBlockLayout.BlockLength;
            TLanes.Store(s30, target);
            TLanes.Store(s31, target + TLanes.Count);
        }
    }

    /// <summary>Turns one row of scores into probabilities against the running maximum and updates its sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(
        in AttentionScratch scratch, int valueStride, int row, int hidden, int visible, int count)
    {
        float* scores = scratch.Scores + ((long)row * KvBlockLayout.BlockLength);
        int padded = Padded(count);
        new Span<float>(scores, hidden).Fill(float.NegativeInfinity);
        new Span<float>(scores + visible, padded - visible).Fill(float.NegativeInfinity);

        TVector maxima = TLanes.Load(scores);
        for (int i = TLanes.Count; i < padded; i += TLanes.Count)
            maxima = TLanes.Max(maxima, TLanes.Load(scores + i));

        float previous = scratch.Maxima[row];
        float maximum = MathF.Max(previous, TLanes.MaxAcross(maxima));
        if (float.IsNegativeInfinity(maximum))
        {
            new Span<float>(scores, padded).Clear();
            return;
        }

        TVector shift = TLanes.Broadcast(maximum);
        TVector scale = TLanes.Broadcast(ElementScale);
        TVector total = TLanes.Broadcast(0);
        for (int i = 0; i < padded; i += TLanes.Count)
        {
            TVector p = Exp(TLanes.Subtract(TLanes.Load(scores + i), shift));
            total = TLanes.Add(total, p);
            TLanes.Store(TLanes.Multiply(p, scale), scores + i);
        }

        // Exp yields 1.6e-38 for what is masked. Exactly nothing must come of it, or a row's sums would depend on which
        // other rows look at the block with it.
        new Span<float>(scores, hidden).Clear();
        new Span<float>(scores + visible, padded - visible).Clear();

        float correction = MathF.Exp(previous - maximum);
        scratch.Maxima[row] = maximum;
        scratch.Totals[row] = (scratch.Totals[row] * correction) + TLanes.Sum(total);
        if (correction == 1)
            return;

        float* sums = scratch.Sums + ((long)row * valueStride);
        TVector factor = TLanes.Broadcast(correction);
        for (int d = 0; d < valueStride; d += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(sums + d), factor), sums + d);
    }

    /// <summary>sums[r, d] += Σ_p probabilities[r, p] · values[p, d] for four queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddValues(float* probabilities, TElement* values, int count, int valueStride, float* sums)
    {
        float* sums1 = sums + valueStride;
        float* sums2 = sums1 + valueStride;
        float* sums3 = sums2 + valueStride;
        for (int d = 0; d < valueStride; d += 2 * TLanes.Count)
        {
            TVector o00 = TLanes.Load(sums + d), o01 = TLanes.Load(sums + d + TLanes.Count);
            TVector o10 = TLanes.Load(sums1 + d), o11 = TLanes.Load(sums1 + d + TLanes.Count);
            TVector o20 = TLanes.Load(sums2 + d), o21 = TLanes.Load(sums2 + d + TLanes.Count);
            TVector o30 = TLanes.Load(sums3 + d), o31 = TLanes.Load(sums3 + d + TLanes.Count);
            TElement* value = values + d;
            float* p = probabilities;
            for (int position = 0; position < count; position++)
            {
                TVector v0 = Load(value);
                TVector v1 = Load(value + TLanes.Count);
                TVector p0 = TLanes.Broadcast(p[0]);
                o00 = TLanes.MultiplyAdd(p0, v0, o00);
                o01 = TLanes.MultiplyAdd(p0, v1, o01);
                TVector p1 = TLanes.Broadcast(p[KvBlockLayout.BlockLength]);
                o10 = TLanes.MultiplyAdd(p1, v0, o10);
                o11 = TLanes.MultiplyAdd(p1, v1, o11);
                TVector p2 = TLanes.Broadcast(p[2 * KvBlockLayout.BlockLength]);
                o20 = TLanes.MultiplyAdd(p2, v0, o20);
                o21 = TLanes.MultiplyAdd(p2, v1, o21);
                TVector p3 = TLanes.Broadcast(p[3 * KvBlockLayout.BlockLength]);
                o30 = TLanes.MultiplyAdd(p3, v0, o30);
                o31 = TLanes.MultiplyAdd(p3, v1, o31);
                value += valueStride;
                p++;
            }

            TLanes.Store(o00, sums + d);
            TLanes.Store(o01, sums + d + TLanes.Count);
            TLanes.Store(o10, sums1 + d);
            TLanes.Store(o11, sums1 + d + TLanes.Count);
            TLanes.Store(o20, sums2 + d);
            TLanes.Store(o21, sums2 + d + TLanes.Count);
            TLanes.Store(o30, sums3 + d);
            TLanes.Store(o31, sums3 + d + TLanes.Count);
        }
    }

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
            for (int d = 0; d < layout.HeadDim; d++)
                output[d] = sums[d] * inverse;
        }
    }

    /// <summary>e^x for x ≤ 0, relative error below 2e-7; e^−87 (1.6e-38) for everything smaller.</summary>
    /// <remarks>x = n·ln 2 + r with |r| ≤ ln 2 / 2, then a polynomial of degree 6 for e^r and 2^n through the exponent.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exp(TVector x)
    {
        x = TLanes.Max(x, TLanes.Broadcast(-87));
        TVector magic = TLanes.Broadcast(12582912f); // 1.5 · 2^23: adding it rounds to an integer
        TVector shifted = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.44269504f), magic);
        TVector n = TLanes.Subtract(shifted, magic);
        TVector r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-0.693359375f), x);
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(2.12194440e-4f), r);
        TVector y = TLanes.MultiplyAdd(r, TLanes.Broadcast(1f / 720), TLanes.Broadcast(1f / 120));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(1f / 24));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(1f / 6));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(0.5f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(1f));
        y = TLanes.MultiplyAdd(y, r, TLanes.Broadcast(1f));
        return TLanes.ScaleByPowerOfTwo(y, shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(TElement* source) => typeof(TElement) == typeof(ushort)
        ? TLanes.LoadHalfScaled((ushort*)source)
        : TLanes.Load((float*)source);
}
