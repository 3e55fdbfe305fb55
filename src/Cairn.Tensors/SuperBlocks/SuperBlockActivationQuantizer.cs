using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>
/// Turns float activations into 8-bit blocks of 256: per token and block q = x · (−127 / m) rounded to nearest even,
/// with m the first value of largest magnitude, and scale = −m / 127, as the Q8_K format does.
/// </summary>
/// <remarks>
/// A block that holds a NaN or an infinity gets the scale NaN, so that its products are NaN rather than wrong numbers.
/// A block below 1e-36 becomes zero: its reciprocal scale would overflow.
/// </remarks>
internal static unsafe class SuperBlockActivationQuantizer
{
    private const int Columns = SuperBlock.Size;
    private const float Smallest = 1e-36f;
    private const float Rounder = 12582912f; // 1.5 · 2^23: adding it leaves the nearest integer in the low bits

    /// <summary>Quantises one token.</summary>
    /// <param name="x">Activations, [columns].</param>
    /// <param name="columns">Columns, a multiple of 256.</param>
    /// <param name="token">Receives the token's blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Apply(float* x, int columns, SuperBlockToken token)
    {
        var quants = stackalloc sbyte[Columns];
        for (var block = 0; block < columns / Columns; block++, x += Columns)
        {
            var largest = Largest(x);
            token.Scale(block) = ScaleOf(largest, out var inverse);
            if (inverse == 0)
            {
                new Span<sbyte>(quants, Columns).Clear();
            }
            else if (Vector.IsHardwareAccelerated)
            {
                Round(x, inverse, quants);
            }
            else
            {
                Scalar(x, inverse, quants);
            }

            token.Store(block, quants);
        }
    }

    /// <summary>The specification of rounding.</summary>
    public static void Scalar(float* x, float inverse, sbyte* quants)
    {
        for (var i = 0; i < Columns; i++)
        {
            quants[i] = (sbyte)MathF.Round(x[i] * inverse, MidpointRounding.ToEven);
        }
    }

    /// <summary>The same with vectors of any width from 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* x, float inverse, sbyte* quants)
    {
        var width = Vector<float>.Count;
        var factor = new Vector<float>(inverse);
        for (var i = 0; i < Columns; i += 4 * width, x += 4 * width)
        {
            var low = Vector.Narrow(Round(Vector.Load(x) * factor), Round(Vector.Load(x + width) * factor));
            var high = Vector.Narrow(
                Round(Vector.Load(x + (2 * width)) * factor), Round(Vector.Load(x + (3 * width)) * factor));
            Vector.Narrow(low, high).Store(quants + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Round(Vector<float> value)
    {
        var rounder = new Vector<float>(Rounder);
        return Vector.AsVectorInt32(value + rounder) - Vector.AsVectorInt32(rounder);
    }

    // Magnitudes compare as integers, and there NaN is the largest of all.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(float* x)
    {
        var magnitudes = Vector<int>.Zero;
        for (var i = 0; i < Columns; i += Vector<float>.Count)
        {
            magnitudes = Vector.Max(magnitudes, Vector.AsVectorInt32(Vector.Abs(Vector.Load(x + i))));
        }

        var bits = 0;
        for (var i = 0; i < Vector<int>.Count; i++)
        {
            bits = Math.Max(bits, magnitudes[i]);
        }

        var first = new ReadOnlySpan<int>(x, Columns).IndexOfAny(bits, bits | int.MinValue);
        return x[first];
    }

    // The reciprocal is 0 for a block that is stored as zeros.
    private static float ScaleOf(float largest, out float inverse)
    {
        inverse = 0;
        if (!float.IsFinite(largest))
        {
            return float.NaN;
        }

        if (MathF.Abs(largest) < Smallest)
        {
            return 0;
        }

        inverse = -127f / largest;
        return 1 / inverse;
    }
}
