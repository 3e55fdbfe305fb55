using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// Products of one token with four rows of F16 or BF16 weights, converted in registers: a token alone would spend more time
/// on storing converted rows than on reading them from memory.
/// </summary>
/// <remarks>Conversions and sums are those of <see cref="FloatTile"/> over converted rows, bit for bit.</remarks>
internal static unsafe class ShortFloatTile
{
    /// <summary>Whether this machine multiplies rows of a type so; elsewhere they are converted into scratch first.</summary>
    public static bool Serves(GgmlType type) =>
        Avx2.IsSupported && Vector<float>.Count == Vector256<float>.Count && type is GgmlType.F16 or GgmlType.BF16;

    /// <summary>Writes the products of one token with up to four rows.</summary>
    /// <param name="type">F16 or BF16.</param>
    /// <param name="rows">The rows, without gaps.</param>
    /// <param name="rowCount">Rows, 1 to 4.</param>
    /// <param name="x">The token, [columns].</param>
    /// <param name="columns">Columns.</param>
    /// <param name="y">Receives <paramref name="rowCount"/> products.</param>
    public static void Multiply(GgmlType type, short* rows, int rowCount, float* x, int columns, float* y)
    {
        if (type == GgmlType.BF16)
        {
            Multiply<BrainFloats>(rows, rowCount, x, columns, y);
        }
        else if (AreFinite(rows, rowCount * columns))
        {
            Multiply<FiniteHalves>(rows, rowCount, x, columns, y);
        }
        else
        {
            Multiply<Halves>(rows, rowCount, x, columns, y);
        }
    }

    // Looking costs an operation for eight numbers, converting infinities and NaN three.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreFinite(short* halves, int count)
    {
        const ushort Infinity = 0x7C00 << 1; // without the sign
        var largest = Vector256<ushort>.Zero;
        var i = 0;
        for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
        {
            largest = Vector256.Max(largest, Vector256.Load((ushort*)halves + i) << 1);
        }

        var isFinite = Vector256.LessThanAll(largest, Vector256.Create(Infinity));
        for (; i < count; i++)
        {
            isFinite &= (ushort)(halves[i] << 1) < Infinity;
        }

        return isFinite;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Multiply<TFloats>(short* rows, int rowCount, float* x, int columns, float* y)
        where TFloats : IShortFloats
    {
        var w0 = rows;
        var w1 = rowCount > 1 ? w0 + columns : w0;
        var w2 = rowCount > 2 ? w1 + columns : w0;
        var w3 = rowCount > 3 ? w2 + columns : w0;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        nint k = 0;
        for (; k + Vector256<float>.Count <= columns; k += Vector256<float>.Count)
        {
            var v = Vector256.Load(x + k);
            a0 = Vector256.MultiplyAddEstimate(Load<TFloats>(w0 + k), v, a0);
            a1 = Vector256.MultiplyAddEstimate(Load<TFloats>(w1 + k), v, a1);
            a2 = Vector256.MultiplyAddEstimate(Load<TFloats>(w2 + k), v, a2);
            a3 = Vector256.MultiplyAddEstimate(Load<TFloats>(w3 + k), v, a3);
        }

        var sums = FloatTile.Sum(a0.AsVector(), a1.AsVector(), a2.AsVector(), a3.AsVector());
        if (k < columns)
        {
            sums += Vector128.Create(
                Tail<TFloats>(w0, x, k, columns),
                Tail<TFloats>(w1, x, k, columns),
                Tail<TFloats>(w2, x, k, columns),
                Tail<TFloats>(w3, x, k, columns));
        }

        FloatTile.Store(sums, rowCount, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load<TFloats>(short* numbers)
        where TFloats : IShortFloats => TFloats.ToSingle(Avx2.ConvertToVector256Int32(numbers));

    private static float Tail<TFloats>(short* w, float* x, nint k, int columns)
        where TFloats : IShortFloats
    {
        var sum = 0f;
        for (; k < columns; k++)
        {
            sum += TFloats.ToSingle(w[k]) * x[k];
        }

        return sum;
    }

    private readonly struct Halves : IShortFloats
    {
        private const int SingleExponent = 0x7F80_0000;

        // As HalfVector does, and infinities and NaN get the exponent of a single's.
        public static Vector256<float> ToSingle(Vector256<int> numbers)
        {
            var bits = (numbers << HalfVector.MantissaShift) & Vector256.Create(HalfVector.SignAndMagnitude);
            var value = bits.AsSingle() * Vector256.Create(HalfVector.Rebias);
            var exponent = Vector256.Create(HalfVector.Exponent);
            var isSpecial = Vector256.Equals(bits & exponent, exponent);
            return (value.AsInt32() | (isSpecial & Vector256.Create(SingleExponent))).AsSingle();
        }

        public static float ToSingle(short number) => (float)BitConverter.Int16BitsToHalf(number);
    }

    private readonly struct FiniteHalves : IShortFloats
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> ToSingle(Vector256<int> numbers) =>
            ((numbers << HalfVector.MantissaShift) & Vector256.Create(HalfVector.SignAndMagnitude)).AsSingle()
            * Vector256.Create(HalfVector.Rebias);

        public static float ToSingle(short number) => (float)BitConverter.Int16BitsToHalf(number);
    }

    private readonly struct BrainFloats : IShortFloats
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> ToSingle(Vector256<int> numbers) => (numbers << 16).AsSingle();

        public static float ToSingle(short number) => BitConverter.Int32BitsToSingle(number << 16);
    }
}
