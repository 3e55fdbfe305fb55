using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Rotates with the tables of a <see cref="RotaryEmbedding"/>; any thread may. The default value rotates nothing.</summary>
public readonly unsafe struct RotaryView
{
    private readonly float* _table;
    private readonly int _dimension;
    private readonly bool _pairsHalves;

    internal RotaryView(float* table, int dimension, bool pairsHalves)
    {
        _table = table;
        _dimension = dimension;
        _pairsHalves = pairsHalves;
    }

    /// <summary>Rotates the heads of one token in place.</summary>
    /// <param name="x">[heads, head dim].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="headDim">Values from one head to the next.</param>
    /// <param name="position">Position of the token; <see cref="RotaryEmbedding.EnsurePositions"/> has covered it.</param>
    public void Apply(float* x, int heads, int headDim, int position)
    {
        if (_table is null)
            return;

        float* cosines = _table + ((long)position * 2 * _dimension);
        if (!Vector256.IsHardwareAccelerated)
            Rotate(x, heads, headDim, cosines, 0);
        else if (_pairsHalves)
            RotateHalves256(x, heads, headDim, cosines);
        else
            RotateNeighbours256(x, heads, headDim, cosines);
    }

    /// <summary>The specification: one pair at a time.</summary>
    internal void Scalar(float* x, int heads, int headDim, int position) =>
        Rotate(x, heads, headDim, _table + ((long)position * 2 * _dimension), 0);

    private void Rotate(float* x, int heads, int headDim, float* cosines, int startPair)
    {
        float* sines = cosines + _dimension;
        int half = _dimension / 2;
        for (int head = 0; head < heads; head++, x += headDim)
        {
            for (int pair = startPair; pair < half; pair++)
            {
                (int a, int b) = _pairsHalves ? (pair, pair + half) : (2 * pair, (2 * pair) + 1);
                float x0 = x[a], x1 = x[b];
                x[a] = (x0 * cosines[a]) + (x1 * sines[a]);
                x[b] = (x1 * cosines[b]) + (x0 * sines[b]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RotateNeighbours256(float* x, int heads, int headDim, float* cosines)
    {
        float* sines = cosines + _dimension;
        int whole = _dimension & ~7;
        float* row = x;
        for (int head = 0; head < heads; head++, row += headDim)
        {
            for (int d = 0; d < whole; d += 8)
            {
                Vector256<float> pairs = Vector256.Load(row + d);
                Vector256<float> swapped = Vector256.Shuffle(pairs, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
                ((pairs * Vector256.Load(cosines + d)) + (swapped * Vector256.Load(sines + d))).Store(row + d);
            }
        }

        if (whole < _dimension)
            Rotate(x, heads, headDim, cosines, whole / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RotateHalves256(float* x, int heads, int headDim, float* cosines)
    {
        float* sines = cosines + _dimension;
        int half = _dimension / 2;
        int whole = half & ~7;
        float* row = x;
        for (int head = 0; head < heads; head++, row += headDim)
        {
            for (int d = 0; d < whole; d += 8)
            {
                Vector256<float> x0 = Vector256.Load(row + d);
                Vector256<float> x1 = Vector256.Load(row + half + d);
                ((x0 * Vector256.Load(cosines + d)) + (x1 * Vector256.Load(sines + d))).Store(row + d);
                ((x1 * Vector256.Load(cosines + half + d)) + (x0 * Vector256.Load(sines + half + d))).Store(row + half + d);
            }
        }

        if (whole < half)
            Rotate(x, heads, headDim, cosines, whole);
    }
}
