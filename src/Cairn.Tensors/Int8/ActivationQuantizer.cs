using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Turns float activations into 8-bit blocks: per token and 32 columns scale = max|x| / 127 and q = x / scale, rounded
/// half away from zero, as the Q8_0 format does; but the scale stays float32.
/// </summary>
/// <remarks>
/// A block that holds a NaN or an infinity gets the scale NaN, so that its products are NaN rather than wrong numbers.
/// A block below 1e-36 becomes zero: its reciprocal scale would overflow.
/// </remarks>
internal static unsafe class ActivationQuantizer
{
    private const float Smallest = 1e-36f;

    // The largest float below one half: adding it, then truncating, rounds halves away from zero and nothing else up.
    private const float AlmostHalf = 0.49999997f;

    /// <summary>Writes tiles [<paramref name="tile"/>, <paramref name="endTile"/>) of <paramref name="tiles"/>.</summary>
    /// <param name="x">Activations, [tokens, columns] row-major.</param>
    /// <param name="tokens">Rows of <paramref name="x"/>.</param>
    /// <param name="columns">Columns, a multiple of 32.</param>
    /// <param name="tile">First tile to write.</param>
    /// <param name="endTile">Tile to stop before.</param>
    /// <param name="tiles">All tiles, in the layout of <see cref="TokenTile"/>.</param>
    public static void Apply(float* x, int tokens, int columns, int tile, int endTile, byte* tiles)
    {
        var tileBytes = TokenTile.Bytes(columns);
        for (; tile < endTile; tile++)
        {
            for (var t = 0; t < TokenTile.Tokens; t++)
            {
                var token = (tile * TokenTile.Tokens) + t;
                var target = tiles + (tile * tileBytes);
                if (token >= tokens)
                {
                    ClearToken(columns, t, target);
                }
                else if (Vector.IsHardwareAccelerated)
                {
                    Vectors(x + ((long)token * columns), columns, t, target);
                }
                else
                {
                    Scalar(x + ((long)token * columns), columns, t, target);
                }
            }
        }
    }

    /// <summary>The specification: one token of a tile.</summary>
    public static void Scalar(float* x, int columns, int t, byte* tile)
    {
        for (var k = 0; k < columns; k += TokenTile.BlockColumns, tile += TokenTile.BlockBytes)
        {
            var max = 0f;
            for (var i = 0; i < TokenTile.BlockColumns; i++)
            {
                max = MathF.Max(max, MathF.Abs(x[k + i]));
            }

            var quants = (sbyte*)tile + (t * TokenTile.BlockColumns);
            var inverse = SetScale(max, t, tile);
            var sum = 0;
            for (var i = 0; i < TokenTile.BlockColumns; i++)
            {
                quants[i] = inverse == 0 ? (sbyte)0 : (sbyte)MathF.Round(x[k + i] * inverse, MidpointRounding.AwayFromZero);
                sum += quants[i];
            }

            SetSum(sum, t, tile);
        }
    }

    /// <summary>The same with vectors of any width from 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Vectors(float* x, int columns, int t, byte* tile)
    {
        var width = Vector<float>.Count;
        for (var end = x + columns; x < end; tile += TokenTile.BlockBytes)
        {
            // Magnitudes compare as integers, and there NaN is the largest of all.
            var magnitudes = Vector<int>.Zero;
            for (var i = 0; i < TokenTile.BlockColumns; i += width)
            {
                magnitudes = Vector.Max(magnitudes, Vector.AsVectorInt32(Vector.Abs(Vector.Load(x + i))));
            }

            var bits = 0;
            for (var i = 0; i < width; i++)
            {
                bits = Math.Max(bits, magnitudes[i]);
            }

            var quants = (sbyte*)tile + (t * TokenTile.BlockColumns);
            var inverse = SetScale(BitConverter.Int32BitsToSingle(bits), t, tile);
            if (inverse == 0)
            {
                new Span<sbyte>(quants, TokenTile.BlockColumns).Clear();
                SetSum(0, t, tile);
                x += TokenTile.BlockColumns;
                continue;
            }

            var factor = new Vector<float>(inverse);
            var sums = Vector<int>.Zero;
            for (var i = 0; i < TokenTile.BlockColumns; i += 4 * width, x += 4 * width)
            {
                var q0 = Round(Vector.Load(x) * factor);
                var q1 = Round(Vector.Load(x + width) * factor);
                var q2 = Round(Vector.Load(x + (2 * width)) * factor);
                var q3 = Round(Vector.Load(x + (3 * width)) * factor);
                sums += (q0 + q1) + (q2 + q3);
                Vector.Narrow(Vector.Narrow(q0, q1), Vector.Narrow(q2, q3)).Store(quants + i);
            }

            SetSum(Vector.Sum(sums), t, tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Round(Vector<float> value)
    {
        var half = new Vector<float>(AlmostHalf) | (value & new Vector<float>(-0f));
        return Vector.ConvertToInt32Native(value + half);
    }

    // Writes the scale and returns its reciprocal, 0 for a block that is stored as zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SetScale(float max, int t, byte* tile)
    {
        var scale = max / 127f;
        if (max < Smallest)
        {
            scale = 0;
        }
        else if (!float.IsFinite(max))
        {
            scale = float.NaN;
        }

        ((float*)(tile + TokenTile.Scales))[t] = scale;
        return scale > 0 ? 1 / scale : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetSum(int sum, int t, byte* tile) => ((float*)(tile + TokenTile.Sums))[t] = sum;

    private static void ClearToken(int columns, int t, byte* tile)
    {
        for (var k = 0; k < columns; k += TokenTile.BlockColumns, tile += TokenTile.BlockBytes)
        {
            new Span<byte>(tile + (t * TokenTile.BlockColumns), TokenTile.BlockColumns).Clear();
            ((float*)(tile + TokenTile.Scales))[t] = 0;
            SetSum(0, t, tile);
        }
    }
}
