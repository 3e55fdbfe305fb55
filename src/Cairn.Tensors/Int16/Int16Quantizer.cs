using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// Turns the activations of a token into 16-bit integers: scale = max|x| / 32,767 over the whole row and q = x / scale,
/// rounded half to even. Groups of four columns are written in the order 0, 2, 1, 3, see <see cref="Int16Kernel"/>.
/// </summary>
/// <remarks>
/// A row that holds a NaN or an infinity gets the scale NaN, so that its products are NaN rather than wrong numbers.
/// A row below 1e-33 becomes zero: its reciprocal scale would overflow.
/// </remarks>
internal static unsafe class Int16Quantizer
{
    private const float Smallest = 1e-33f;

    /// <summary>Quantises one token and returns its scale.</summary>
    /// <param name="x">Activations, [columns].</param>
    /// <param name="columns">Columns, a multiple of 32.</param>
    /// <param name="quants">Receives the integers.</param>
    public static float Apply(float* x, int columns, short* quants) =>
        Avx2.IsSupported ? Vectors256(x, columns, quants)
        : Vector128.IsHardwareAccelerated ? Vectors(x, columns, quants)
        : Scalar(x, columns, quants);

    /// <summary>The specification of <see cref="Apply"/>.</summary>
    public static float Scalar(float* x, int columns, short* quants)
    {
        var max = 0f;
        for (var i = 0; i < columns; i++)
        {
            max = MathF.Max(max, MathF.Abs(x[i]));
        }

        var scale = ScaleOf(max, out var inverse);
        for (var i = 0; i < columns; i += 4)
        {
            for (var k = 0; k < 4; k++)
            {
                var target = k is 1 or 2 ? 3 - k : k;
                quants[i + target] = inverse == 0 ? (short)0 : (short)MathF.Round(x[i + k] * inverse);
            }
        }

        return scale;
    }

    /// <summary>The same with vectors of 128 bits, which every processor has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Vectors(float* x, int columns, short* quants)
    {
        // Magnitudes compare as integers, and there NaN is the largest of all.
        var magnitudes = Vector128<int>.Zero;
        for (var i = 0; i < columns; i += 4)
        {
            magnitudes = Vector128.Max(magnitudes, Vector128.Abs(Vector128.Load(x + i)).AsInt32());
        }

        var bits = 0;
        for (var i = 0; i < Vector128<int>.Count; i++)
        {
            bits = Math.Max(bits, magnitudes[i]);
        }

        var scale = ScaleOf(BitConverter.Int32BitsToSingle(bits), out var inverse);
        if (inverse == 0)
        {
            new Span<short>(quants, columns).Clear();
            return scale;
        }

        var factor = Vector128.Create(inverse);
        for (var i = 0; i < columns; i += 8)
        {
            var low = Vector128.ConvertToInt32(Vector128.Round(Vector128.Load(x + i) * factor));
            var high = Vector128.ConvertToInt32(Vector128.Round(Vector128.Load(x + i + 4) * factor));
            var order = Vector128.Create((short)0, 2, 1, 3, 4, 6, 5, 7);
            Vector128.Shuffle(Vector128.Narrow(low, high), order).Store(quants + i);
        }

        return scale;
    }

    /// <summary>The same with AVX2, whose conversion rounds and whose packing keeps the sign: half the instructions a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Vectors256(float* x, int columns, short* quants)
    {
        var magnitudes = Vector256<int>.Zero;
        for (var i = 0; i < columns; i += 8)
        {
            magnitudes = Vector256.Max(magnitudes, Vector256.Abs(Vector256.Load(x + i)).AsInt32());
        }

        var bits = 0;
        for (var i = 0; i < Vector256<int>.Count; i++)
        {
            bits = Math.Max(bits, magnitudes[i]);
        }

        var scale = ScaleOf(BitConverter.Int32BitsToSingle(bits), out var inverse);
        if (inverse == 0)
        {
            new Span<short>(quants, columns).Clear();
            return scale;
        }

        var factor = Vector256.Create(inverse);
        var half = Vector128.Create((byte)0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15); // bytes of 0, 2, 1, 3 twice
        var order = Vector256.Create(half, half);
        for (var i = 0; i < columns; i += 16)
        {
            // Packing joins halves of both vectors, so quarters 1 and 2 trade places after it.
            var packed = Avx2.PackSignedSaturate(
                Avx.ConvertToVector256Int32(Vector256.Load(x + i) * factor),
                Avx.ConvertToVector256Int32(Vector256.Load(x + i + 8) * factor));
            var inOrder = Avx2.Permute4x64(packed.AsInt64(), 0b11_01_10_00).AsByte();
            Avx2.Shuffle(inOrder, order).AsInt16().Store(quants + i);
        }

        return scale;
    }

    // The reciprocal is 0 for a row that is stored as zeros.
    private static float ScaleOf(float max, out float inverse)
    {
        var scale = max / short.MaxValue;
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
