using System.Runtime.CompilerServices;

namespace Cairn.Tensors.Attention;

/// <summary>
/// The two products of attention with one head's keys and values of a block, for four or eight queries at once: each loaded
/// vector of keys or values meets all of them, and the sums stay in registers.
/// </summary>
/// <remarks>
/// Eight queries need 32 registers. A query's sums are added in the same order whether four or eight run together. Half
/// precision is loaded 2^112 times too small (<see cref="ILanes{TVector}.LoadHalfScaled"/>): <see cref="ElementScale"/> belongs
/// into the queries and the probabilities. Scales of bytes are applied here.
/// </remarks>
/// <typeparam name="TLanes">Vector operations.</typeparam>
/// <typeparam name="TVector">Vector type.</typeparam>
/// <typeparam name="TElement">float, ushort for half precision, or sbyte with scales.</typeparam>
internal static unsafe class AttentionProducts<TLanes, TVector, TElement>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
    where TElement : unmanaged
{
    private const float HalfScale = 5.192296858534828e33f; // 2^112

    /// <summary>What queries and probabilities are to be multiplied by beforehand.</summary>
    public static float ElementScale => typeof(TElement) == typeof(ushort) ? HalfScale : 1f;

    /// <summary>Most queries that fit into the registers.</summary>
    public static int MostRows => TLanes.Count == 16 ? 8 : 4;

    private static bool HasScales
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // a call would spill every sum; the ahead-of-time compiler makes one
        get => typeof(TElement) == typeof(sbyte);
    }

    /// <summary>scores[r, p] = Σ_d queries[d, r] · keys[d, p] for one group of positions.</summary>
    /// <param name="layout">Layout of the block.</param>
    /// <param name="queries">[rows / 4, head dim, 4].</param>
    /// <param name="rows">4 or 8.</param>
    /// <param name="keys">The group's keys.</param>
    /// <param name="ahead">Bytes from here to what will be read next in its place; 0 for nothing.</param>
    /// <param name="scores">[rows, 128].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(in KvBlockLayout layout, float* queries, int rows, byte* keys, nint ahead, float* scores)
    {
        if (HasScales)
        {
            for (int row = 0; row < rows; row++)
                new Span<float>(scores + (row * KvBlockLayout.BlockLength), KvBlockLayout.GroupLength).Clear();
        }

        int step = HasScales ? KvBlockLayout.GroupLength : layout.HeadDim;
        for (int d = 0; d < layout.HeadDim; d += step)
        {
            int dims = Math.Min(step, layout.HeadDim - d);
            float* query = queries + ((long)d * 4);
            var elements = (TElement*)(keys + layout.KeyScaleBytes);
            if (rows == 8) Scores8(query, (long)layout.HeadDim * 4, elements, (ushort*)keys, dims, scores);
            else Scores4(query, elements, (ushort*)keys, dims, ahead, scores);
            keys = (byte*)(elements + ((long)dims * KvBlockLayout.GroupLength));
        }
    }

    /// <summary>sums[r, d] += Σ_p probabilities[r, p] · values[p, d] for some positions of a block.</summary>
    /// <param name="layout">Layout of the block.</param>
    /// <param name="probabilities">[rows, 128], from the first position on.</param>
    /// <param name="rows">4 or 8.</param>
    /// <param name="values">The block's values.</param>
    /// <param name="start">First position, a multiple of 32.</param>
    /// <param name="count">Positions.</param>
    /// <param name="ahead">Bytes from here to what will be read next in its place; 0 for nothing.</param>
    /// <param name="weighted">Room for [rows, 128].</param>
    /// <param name="sums">[rows, value stride].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddValues(
        in KvBlockLayout layout, float* probabilities, int rows, byte* values, int start, int count, nint ahead, float* weighted, float* sums)
    {
        for (int group = 0; group < layout.DimGroups; group++)
        {
            float* p = probabilities;
            if (HasScales)
            {
                Weigh(probabilities, rows, (ushort*)values + start, count, weighted);
                p = weighted;
            }

            var elements = (TElement*)(values + layout.ValueScaleBytes) + ((long)start * KvBlockLayout.GroupLength);
            for (int d = 0; d < KvBlockLayout.GroupLength; d += 2 * TLanes.Count)
            {
                float* target = sums + (group * KvBlockLayout.GroupLength) + d;
                if (rows == 8) AddValues8(p, elements + d, count, target, layout.ValueStride);
                else AddValues4(p, elements + d, count, ahead, target, layout.ValueStride);
            }

            values += layout.ValueGroupBytes;
        }
    }

    /// <summary>weighted[r, p] = probabilities[r, p] · scales[p].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(float* probabilities, int rows, ushort* scales, int count, float* weighted)
    {
        for (int position = 0; position < count; position += TLanes.Count)
        {
            TVector scale = LoadScale(scales + position);
            for (int row = 0; row < rows; row++)
            {
                int index = (row * KvBlockLayout.BlockLength) + position;
                TLanes.Store(TLanes.Multiply(TLanes.Load(probabilities + index), scale), weighted + index);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores4(float* queries, TElement* keys, ushort* scales, int dims, nint ahead, float* scores)
    {
        for (int position = 0; position < KvBlockLayout.GroupLength; position += 2 * TLanes.Count)
        {
            TElement* key = keys + position;
            float* query = queries;
            TVector s00 = TLanes.Broadcast(0), s01 = s00;
            TVector s10 = TLanes.Broadcast(0), s11 = s10;
            TVector s20 = TLanes.Broadcast(0), s21 = s20;
            TVector s30 = TLanes.Broadcast(0), s31 = s30;
            for (int d = 0; d < dims; d++)
            {
                TVector k0 = Load(key);
                TVector k1 = Load(key + TLanes.Count);
                TLanes.Prefetch((byte*)key + ahead);
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

            TVector scale0 = LoadScale(scales + position), scale1 = LoadScale(scales + position + TLanes.Count);
            float* target = scores + position;
            Keep(s00, scale0, target + (0 * KvBlockLayout.BlockLength));
            Keep(s01, scale1, target + (0 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s10, scale0, target + (1 * KvBlockLayout.BlockLength));
            Keep(s11, scale1, target + (1 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s20, scale0, target + (2 * KvBlockLayout.BlockLength));
            Keep(s21, scale1, target + (2 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s30, scale0, target + (3 * KvBlockLayout.BlockLength));
            Keep(s31, scale1, target + (3 * KvBlockLayout.BlockLength) + TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores8(float* queries, long queryStride, TElement* keys, ushort* scales, int dims, float* scores)
    {
        for (int position = 0; position < KvBlockLayout.GroupLength; position += 2 * TLanes.Count)
        {
            TElement* key = keys + position;
            float* query = queries;
            float* query2 = queries + queryStride;
            TVector s00 = TLanes.Broadcast(0), s01 = s00;
            TVector s10 = TLanes.Broadcast(0), s11 = s10;
            TVector s20 = TLanes.Broadcast(0), s21 = s20;
            TVector s30 = TLanes.Broadcast(0), s31 = s30;
            TVector s40 = TLanes.Broadcast(0), s41 = s40;
            TVector s50 = TLanes.Broadcast(0), s51 = s50;
            TVector s60 = TLanes.Broadcast(0), s61 = s60;
            TVector s70 = TLanes.Broadcast(0), s71 = s70;
            for (int d = 0; d < dims; d++)
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
                TVector q4 = TLanes.Broadcast(query2[0]);
                s40 = TLanes.MultiplyAdd(q4, k0, s40);
                s41 = TLanes.MultiplyAdd(q4, k1, s41);
                TVector q5 = TLanes.Broadcast(query2[1]);
                s50 = TLanes.MultiplyAdd(q5, k0, s50);
                s51 = TLanes.MultiplyAdd(q5, k1, s51);
                TVector q6 = TLanes.Broadcast(query2[2]);
                s60 = TLanes.MultiplyAdd(q6, k0, s60);
                s61 = TLanes.MultiplyAdd(q6, k1, s61);
                TVector q7 = TLanes.Broadcast(query2[3]);
                s70 = TLanes.MultiplyAdd(q7, k0, s70);
                s71 = TLanes.MultiplyAdd(q7, k1, s71);
                key += KvBlockLayout.GroupLength;
                query += 4;
                query2 += 4;
            }

            TVector scale0 = LoadScale(scales + position), scale1 = LoadScale(scales + position + TLanes.Count);
            float* target = scores + position;
            Keep(s00, scale0, target + (0 * KvBlockLayout.BlockLength));
            Keep(s01, scale1, target + (0 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s10, scale0, target + (1 * KvBlockLayout.BlockLength));
            Keep(s11, scale1, target + (1 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s20, scale0, target + (2 * KvBlockLayout.BlockLength));
            Keep(s21, scale1, target + (2 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s30, scale0, target + (3 * KvBlockLayout.BlockLength));
            Keep(s31, scale1, target + (3 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s40, scale0, target + (4 * KvBlockLayout.BlockLength));
            Keep(s41, scale1, target + (4 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s50, scale0, target + (5 * KvBlockLayout.BlockLength));
            Keep(s51, scale1, target + (5 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s60, scale0, target + (6 * KvBlockLayout.BlockLength));
            Keep(s61, scale1, target + (6 * KvBlockLayout.BlockLength) + TLanes.Count);
            Keep(s70, scale0, target + (7 * KvBlockLayout.BlockLength));
            Keep(s71, scale1, target + (7 * KvBlockLayout.BlockLength) + TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddValues4(float* p, TElement* values, int count, nint ahead, float* sums, int sumsStride)
    {
        float* sums0 = sums + (0 * (long)sumsStride);
        TVector o00 = TLanes.Load(sums0), o01 = TLanes.Load(sums0 + TLanes.Count);
        float* sums1 = sums + (1 * (long)sumsStride);
        TVector o10 = TLanes.Load(sums1), o11 = TLanes.Load(sums1 + TLanes.Count);
        float* sums2 = sums + (2 * (long)sumsStride);
        TVector o20 = TLanes.Load(sums2), o21 = TLanes.Load(sums2 + TLanes.Count);
        float* sums3 = sums + (3 * (long)sumsStride);
        TVector o30 = TLanes.Load(sums3), o31 = TLanes.Load(sums3 + TLanes.Count);
        for (int position = 0; position < count; position++)
        {
            TVector v0 = Load(values);
            TVector v1 = Load(values + TLanes.Count);
            TLanes.Prefetch((byte*)values + ahead);
            TVector p0 = TLanes.Broadcast(p[0 * KvBlockLayout.BlockLength]);
            o00 = TLanes.MultiplyAdd(p0, v0, o00);
            o01 = TLanes.MultiplyAdd(p0, v1, o01);
            TVector p1 = TLanes.Broadcast(p[1 * KvBlockLayout.BlockLength]);
            o10 = TLanes.MultiplyAdd(p1, v0, o10);
            o11 = TLanes.MultiplyAdd(p1, v1, o11);
            TVector p2 = TLanes.Broadcast(p[2 * KvBlockLayout.BlockLength]);
            o20 = TLanes.MultiplyAdd(p2, v0, o20);
            o21 = TLanes.MultiplyAdd(p2, v1, o21);
            TVector p3 = TLanes.Broadcast(p[3 * KvBlockLayout.BlockLength]);
            o30 = TLanes.MultiplyAdd(p3, v0, o30);
            o31 = TLanes.MultiplyAdd(p3, v1, o31);
            values += KvBlockLayout.GroupLength;
            p++;
        }

        TLanes.Store(o00, sums0);
        TLanes.Store(o01, sums0 + TLanes.Count);
        TLanes.Store(o10, sums1);
        TLanes.Store(o11, sums1 + TLanes.Count);
        TLanes.Store(o20, sums2);
        TLanes.Store(o21, sums2 + TLanes.Count);
        TLanes.Store(o30, sums3);
        TLanes.Store(o31, sums3 + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddValues8(float* p, TElement* values, int count, float* sums, int sumsStride)
    {
        float* sums0 = sums + (0 * (long)sumsStride);
        TVector o00 = TLanes.Load(sums0), o01 = TLanes.Load(sums0 + TLanes.Count);
        float* sums1 = sums + (1 * (long)sumsStride);
        TVector o10 = TLanes.Load(sums1), o11 = TLanes.Load(sums1 + TLanes.Count);
        float* sums2 = sums + (2 * (long)sumsStride);
        TVector o20 = TLanes.Load(sums2), o21 = TLanes.Load(sums2 + TLanes.Count);
        float* sums3 = sums + (3 * (long)sumsStride);
        TVector o30 = TLanes.Load(sums3), o31 = TLanes.Load(sums3 + TLanes.Count);
        float* sums4 = sums + (4 * (long)sumsStride);
        TVector o40 = TLanes.Load(sums4), o41 = TLanes.Load(sums4 + TLanes.Count);
        float* sums5 = sums + (5 * (long)sumsStride);
        TVector o50 = TLanes.Load(sums5), o51 = TLanes.Load(sums5 + TLanes.Count);
        float* sums6 = sums + (6 * (long)sumsStride);
        TVector o60 = TLanes.Load(sums6), o61 = TLanes.Load(sums6 + TLanes.Count);
        float* sums7 = sums + (7 * (long)sumsStride);
        TVector o70 = TLanes.Load(sums7), o71 = TLanes.Load(sums7 + TLanes.Count);
        for (int position = 0; position < count; position++)
        {
            TVector v0 = Load(values);
            TVector v1 = Load(values + TLanes.Count);
            TVector p0 = TLanes.Broadcast(p[0 * KvBlockLayout.BlockLength]);
            o00 = TLanes.MultiplyAdd(p0, v0, o00);
            o01 = TLanes.MultiplyAdd(p0, v1, o01);
            TVector p1 = TLanes.Broadcast(p[1 * KvBlockLayout.BlockLength]);
            o10 = TLanes.MultiplyAdd(p1, v0, o10);
            o11 = TLanes.MultiplyAdd(p1, v1, o11);
            TVector p2 = TLanes.Broadcast(p[2 * KvBlockLayout.BlockLength]);
            o20 = TLanes.MultiplyAdd(p2, v0, o20);
            o21 = TLanes.MultiplyAdd(p2, v1, o21);
            TVector p3 = TLanes.Broadcast(p[3 * KvBlockLayout.BlockLength]);
            o30 = TLanes.MultiplyAdd(p3, v0, o30);
            o31 = TLanes.MultiplyAdd(p3, v1, o31);
            TVector p4 = TLanes.Broadcast(p[4 * KvBlockLayout.BlockLength]);
            o40 = TLanes.MultiplyAdd(p4, v0, o40);
            o41 = TLanes.MultiplyAdd(p4, v1, o41);
            TVector p5 = TLanes.Broadcast(p[5 * KvBlockLayout.BlockLength]);
            o50 = TLanes.MultiplyAdd(p5, v0, o50);
            o51 = TLanes.MultiplyAdd(p5, v1, o51);
            TVector p6 = TLanes.Broadcast(p[6 * KvBlockLayout.BlockLength]);
            o60 = TLanes.MultiplyAdd(p6, v0, o60);
            o61 = TLanes.MultiplyAdd(p6, v1, o61);
            TVector p7 = TLanes.Broadcast(p[7 * KvBlockLayout.BlockLength]);
            o70 = TLanes.MultiplyAdd(p7, v0, o70);
            o71 = TLanes.MultiplyAdd(p7, v1, o71);
            values += KvBlockLayout.GroupLength;
            p++;
        }

        TLanes.Store(o00, sums0);
        TLanes.Store(o01, sums0 + TLanes.Count);
        TLanes.Store(o10, sums1);
        TLanes.Store(o11, sums1 + TLanes.Count);
        TLanes.Store(o20, sums2);
        TLanes.Store(o21, sums2 + TLanes.Count);
        TLanes.Store(o30, sums3);
        TLanes.Store(o31, sums3 + TLanes.Count);
        TLanes.Store(o40, sums4);
        TLanes.Store(o41, sums4 + TLanes.Count);
        TLanes.Store(o50, sums5);
        TLanes.Store(o51, sums5 + TLanes.Count);
        TLanes.Store(o60, sums6);
        TLanes.Store(o61, sums6 + TLanes.Count);
        TLanes.Store(o70, sums7);
        TLanes.Store(o71, sums7 + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector sum, TVector scale, float* target) =>
        TLanes.Store(HasScales ? TLanes.MultiplyAdd(sum, scale, TLanes.Load(target)) : sum, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadScale(ushort* scales) => HasScales
        ? TLanes.Multiply(TLanes.LoadHalfScaled(scales), TLanes.Broadcast(HalfScale))
        : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(TElement* source) => typeof(TElement) == typeof(ushort)
        ? TLanes.LoadHalfScaled((ushort*)source)
        : typeof(TElement) == typeof(sbyte) ? TLanes.LoadBytes((sbyte*)source) : TLanes.Load((float*)source);
}
