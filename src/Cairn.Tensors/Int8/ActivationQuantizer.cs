using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Quantises one token.</summary>
    /// <param name="x">Activations, [columns].</param>
    /// <param name="columns">Columns, a multiple of 32.</param>
    /// <param name="token">Receives the token's blocks.</param>
    public static void Apply(float* x, int columns, BlockToken token)
    {
        if (Avx2.IsSupported)
        {
            Vectors256(x, columns, token);
        }
        else if (Vector.IsHardwareAccelerated)
        {
            Vectors(x, columns, token);
        }
        else
        {
            Scalar(x, columns, token);
        }
    }

    /// <summary>The specification of <see cref="Apply"/>.</summary>
    public static void Scalar(float* x, int columns, BlockToken token)
    {
        var quants = stackalloc sbyte[BlockToken.Columns];
        for (var block = 0; block < columns / BlockToken.Columns; block++, x += BlockToken.Columns)
        {
            var max = 0f;
            for (var i = 0; i < BlockToken.Columns; i++)
            {
                max = MathF.Max(max, MathF.Abs(x[i]));
            }

            token.Scale(block) = ScaleOf(max, out var inverse);
            var sum = 0;
            for (var i = 0; i < BlockToken.Columns; i++)
            {
                quants[i] = inverse == 0 ? (sbyte)0 : (sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
                sum += quants[i];
            }

            token.Store(block, quants);
            token.Sum(block) = sum;
        }
    }

    /// <summary>The same with AVX2: a block in four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Vectors256(float* x, int columns, BlockToken token)
    {
        var quants = stackalloc sbyte[BlockToken.Columns];
        var order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        for (var block = 0; block < columns / BlockToken.Columns; block++, x += BlockToken.Columns)
        {
            var x0 = Vector256.Load(x);
            var x1 = Vector256.Load(x + 8);
            var x2 = Vector256.Load(x + 16);
            var x3 = Vector256.Load(x + 24);

            // Magnitudes compare as integers, and there NaN is the largest of all.
            var low = Vector256.Max(Vector256.Abs(x0).AsInt32(), Vector256.Abs(x1).AsInt32());
            var high = Vector256.Max(Vector256.Abs(x2).AsInt32(), Vector256.Abs(x3).AsInt32());
            var max = Largest(Vector256.Max(low, high));
            token.Scale(block) = ScaleOf(BitConverter.Int32BitsToSingle(max), out var inverse);
            var factor = Vector256.Create(inverse);
            var q0 = Round(x0 * factor);
            var q1 = Round(x1 * factor);
            var q2 = Round(x2 * factor);
            var q3 = Round(x3 * factor);
            var bytes = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(q0, q1), Avx2.PackSignedSaturate(q2, q3));
            bytes = Avx2.PermuteVar8x32(bytes.AsInt32(), order).AsSByte(); // packing works within halves
            (inverse == 0 ? default : bytes).Store(quants);
            token.Store(block, quants);
            token.Sum(block) = inverse == 0 ? 0 : Vector256.Sum((q0 + q1) + (q2 + q3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest(Vector256<int> v)
    {
        var four = Vector128.Max(v.GetLower(), v.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
        return four.ToScalar();
    }

    /// <summary>Rounds halves away from zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Round(Vector256<float> value)
    {
        var half = Vector256.Create(AlmostHalf) | (value & Vector256.Create(-0f));
        return Vector256.ConvertToInt32Native(value + half);
    }

    /// <summary>The same with vectors of any width from 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Vectors(float* x, int columns, BlockToken token)
    {
        var width = Vector<float>.Count;
        var quants = stackalloc sbyte[BlockToken.Columns];
        for (var block = 0; block < columns / BlockToken.Columns; block++)
        {
            // Magnitudes compare as integers, and there NaN is the largest of all.
            var magnitudes = Vector<int>.Zero;
            for (var i = 0; i < BlockToken.Columns; i += width)
            {
                magnitudes = Vector.Max(magnitudes, Vector.AsVectorInt32(Vector.Abs(Vector.Load(x + i))));
            }

            var bits = 0;
            for (var i = 0; i < width; i++)
            {
                bits = Math.Max(bits, magnitudes[i]);
            }

            token.Scale(block) = ScaleOf(BitConverter.Int32BitsToSingle(bits), out var inverse);
            if (inverse == 0)
            {
                new Span<sbyte>(quants, BlockToken.Columns).Clear();
                token.Store(block, quants);
                token.Sum(block) = 0;
                x += BlockToken.Columns;
                continue;
            }

            var factor = new Vector<float>(inverse);
            var sums = Vector<int>.Zero;
            for (var i = 0; i < BlockToken.Columns; i += 4 * width, x += 4 * width)
            {
                var q0 = Round(Vector.Load(x) * factor);
                var q1 = Round(Vector.Load(x + width) * factor);
                var q2 = Round(Vector.Load(x + (2 * width)) * factor);
                var q3 = Round(Vector.Load(x + (3 * width)) * factor);
                sums += (q0 + q1) + (q2 + q3);
                Vector.Narrow(Vector.Narrow(q0, q1), Vector.Narrow(q2, q3)).Store(quants + i);
            }

            token.Store(block, quants);
            token.Sum(block) = Vector.Sum(sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Round(Vector<float> value)
    {
        var half = new Vector<float>(AlmostHalf) | (value & new Vector<float>(-0f));
        return Vector.ConvertToInt32Native(value + half);
    }

    /// <summary>The scales of four blocks with these largest magnitudes; the reciprocal is 0 for a block that is stored as zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> ScalesOf(Vector128<float> max, out Vector128<float> inverse)
    {
        var scale = max / Vector128.Create(127f);
        var isTiny = Vector128.LessThan(max, Vector128.Create(Smallest));
        var isFinite = Vector128.LessThan(max, Vector128.Create(float.PositiveInfinity));
        inverse = Vector128.ConditionalSelect(isFinite & ~isTiny, Vector128<float>.One / scale, Vector128<float>.Zero);
        return Vector128.ConditionalSelect(isFinite, Vector128.AndNot(scale, isTiny), Vector128.Create(float.NaN));
    }

    // The reciprocal is 0 for a block that is stored as zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ScaleOf(float max, out float inverse)
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

        inverse = scale > 0 ? 1 / scale : 0;
        return scale;
    }
}
