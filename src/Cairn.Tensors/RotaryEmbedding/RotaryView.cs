using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Rotates with the tables of a <see cref="RotaryEmbedding"/>; any thread may.</summary>
public readonly unsafe struct RotaryView
{
    private readonly float* _table;
    private readonly int _dimension;

    internal RotaryView(float* table, int dimension)
    {
        _table = table;
        _dimension = dimension;
    }

    /// <summary>Rotates the heads of one token in place.</summary>
    /// <param name="x">[heads, head dim].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="headDim">Values from one head to the next.</param>
    /// <param name="position">Position of the token; <see cref="RotaryEmbedding.EnsurePositions"/> has covered it.</param>
    public void Apply(float* x, int heads, int headDim, int position)
    {
        float* cosines = _table + ((long)position * 2 * _dimension);
        if (Vector256.IsHardwareAccelerated)
            Rotate256(x, heads, headDim, cosines);
        else
            Rotate(x, heads, headDim, cosines, 0);
    }

    /// <summary>The specification: one pair at a time.</summary>
    internal void Scalar(float* x, int heads, int headDim, int position) =>
        Rotate(x, heads, headDim, _table + ((long)position * 2 * _dimension), 0);

    private void Rotate(float* x, int heads, int headDim, float* cosines, int start)
    {
        float* sines = cosines + _dimension;
        for (int head = 0; head < heads; head++, x += headDim)
        {
            for (int d = start; d < _dimension; d += 2)
            {
                float x0 = x[d], x1 = x[d + 1];
                x[d] = (x0 * cosines[d]) + (x1 * sines[d]);
                x[d + 1] = (x1 * cosines[d + 1]) + (x0 * sines[d + 1]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rotate256(float* x, int heads, int headDim, float* cosines)
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
            Rotate(x, heads, headDim, cosines, whole);
    }
}
