using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Tensors;

/// <summary>
/// Products of four weight rows with three tokens, or with one: one vector accumulator per (row, token), summed across
/// lanes at the end, so a result does not depend on which tokens share its tile.
/// </summary>
internal static unsafe class FloatTile
{
    /// <summary>Weight rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>Tokens of a tile.</summary>
    public const int Tokens = 3;

    /// <summary>Instructions behind <see cref="Vector{T}"/> here.</summary>
    public static string InstructionSet { get; } =
        !Vector.IsHardwareAccelerated ? "scalar" : Fma.IsSupported ? "AVX2+FMA" : $"Vector{Vector<byte>.Count * 8}";

    /// <summary>Floats of the sums of a tile, a vector for each [token][row].</summary>
    public static int SumsLength => Tokens * Rows * Vector<float>.Count;

    /// <summary>Adds the products of columns [<paramref name="start"/>, <paramref name="end"/>) to the sums of a tile.</summary>
    /// <param name="weights">The rows.</param>
    /// <param name="x">The first of three tokens.</param>
    /// <param name="columns">Floats from a token to the next.</param>
    /// <param name="start">First column.</param>
    /// <param name="end">End of the columns, whole vectors later.</param>
    /// <param name="sums"><see cref="SumsLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Add(FloatPanel weights, float* x, int columns, int start, int end, float* sums)
    {
        var x1 = x + columns;
        var x2 = x1 + columns;
        var w0 = weights.Row(0);
        var w1 = weights.Row(1);
        var w2 = weights.Row(2);
        var w3 = weights.Row(3);
        var width = Vector<float>.Count;
        var a00 = Vector.Load(sums);
        var a01 = Vector.Load(sums + width);
        var a02 = Vector.Load(sums + (2 * width));
        var a03 = Vector.Load(sums + (3 * width));
        var a10 = Vector.Load(sums + (4 * width));
        var a11 = Vector.Load(sums + (5 * width));
        var a12 = Vector.Load(sums + (6 * width));
        var a13 = Vector.Load(sums + (7 * width));
        var a20 = Vector.Load(sums + (8 * width));
        var a21 = Vector.Load(sums + (9 * width));
        var a22 = Vector.Load(sums + (10 * width));
        var a23 = Vector.Load(sums + (11 * width));
        for (nint k = start; k < end; k += Vector<float>.Count)
        {
            var v0 = Vector.Load(x + k);
            var v1 = Vector.Load(x1 + k);
            var v2 = Vector.Load(x2 + k);
            var w = Vector.Load(w0 + k);
            a00 = Vector.MultiplyAddEstimate(w, v0, a00);
            a10 = Vector.MultiplyAddEstimate(w, v1, a10);
            a20 = Vector.MultiplyAddEstimate(w, v2, a20);
            w = Vector.Load(w1 + k);
            a01 = Vector.MultiplyAddEstimate(w, v0, a01);
            a11 = Vector.MultiplyAddEstimate(w, v1, a11);
            a21 = Vector.MultiplyAddEstimate(w, v2, a21);
            w = Vector.Load(w2 + k);
            a02 = Vector.MultiplyAddEstimate(w, v0, a02);
            a12 = Vector.MultiplyAddEstimate(w, v1, a12);
            a22 = Vector.MultiplyAddEstimate(w, v2, a22);
            w = Vector.Load(w3 + k);
            a03 = Vector.MultiplyAddEstimate(w, v0, a03);
            a13 = Vector.MultiplyAddEstimate(w, v1, a13);
            a23 = Vector.MultiplyAddEstimate(w, v2, a23);
        }

        a00.Store(sums);
        a01.Store(sums + width);
        a02.Store(sums + (2 * width));
        a03.Store(sums + (3 * width));
        a10.Store(sums + (4 * width));
        a11.Store(sums + (5 * width));
        a12.Store(sums + (6 * width));
        a13.Store(sums + (7 * width));
        a20.Store(sums + (8 * width));
        a21.Store(sums + (9 * width));
        a22.Store(sums + (10 * width));
        a23.Store(sums + (11 * width));
    }

    /// <summary>Adds the columns that fill no vector to the sums of a tile and stores its outputs, [3 tokens][rows].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(FloatPanel weights, float* x, int columns, float* sums, float* y, int outputStride)
    {
        var width = Vector<float>.Count;
        for (var token = 0; token < Tokens; token++, x += columns, y += outputStride, sums += Rows * width)
        {
            var a0 = Vector.Load(sums);
            var a1 = Vector.Load(sums + width);
            var a2 = Vector.Load(sums + (2 * width));
            var a3 = Vector.Load(sums + (3 * width));
            Store(Sum(a0, a1, a2, a3), weights, x, columns, y);
        }
    }

    /// <summary>The products of one token, in the order of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Multiply(FloatPanel weights, float* x, int columns, float* y)
    {
        var w0 = weights.Row(0);
        var w1 = weights.Row(1);
        var w2 = weights.Row(2);
        var w3 = weights.Row(3);
        Vector<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (nint k = 0; k + Vector<float>.Count <= columns; k += Vector<float>.Count)
        {
            var v = Vector.Load(x + k);
            a0 = Vector.MultiplyAddEstimate(Vector.Load(w0 + k), v, a0);
            a1 = Vector.MultiplyAddEstimate(Vector.Load(w1 + k), v, a1);
            a2 = Vector.MultiplyAddEstimate(Vector.Load(w2 + k), v, a2);
            a3 = Vector.MultiplyAddEstimate(Vector.Load(w3 + k), v, a3);
        }

        Store(Sum(a0, a1, a2, a3), weights, x, columns, y);
    }

    /// <summary>The specification: the plain sum, in the order of k.</summary>
    public static float Scalar(ReadOnlySpan<float> weights, ReadOnlySpan<float> x)
    {
        var sum = 0f;
        for (var k = 0; k < weights.Length; k++)
        {
            sum += weights[k] * x[k];
        }

        return sum;
    }

    /// <summary>The sum of each of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum(Vector<float> a0, Vector<float> a1, Vector<float> a2, Vector<float> a3)
    {
        if (!Avx.IsSupported || Vector<float>.Count != Vector256<float>.Count)
        {
            return Vector128.Create(Vector.Sum(a0), Vector.Sum(a1), Vector.Sum(a2), Vector.Sum(a3));
        }

        var pairs01 = Avx.HorizontalAdd(a0.AsVector256(), a1.AsVector256());
        var pairs23 = Avx.HorizontalAdd(a2.AsVector256(), a3.AsVector256());
        var halves = Avx.HorizontalAdd(pairs01, pairs23);
        return halves.GetLower() + halves.GetUpper();
    }

    /// <summary>Stores the outputs of up to four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> sums, int rowCount, float* y)
    {
        if (rowCount == Rows)
        {
            sums.Store(y);
            return;
        }

        for (var row = 0; row < rowCount; row++)
        {
            y[row] = sums.GetElement(row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> sums, FloatPanel weights, float* x, int columns, float* y)
    {
        if (columns % Vector<float>.Count != 0)
        {
            sums += Vector128.Create(
                Tail(weights.Row(0), x, columns),
                Tail(weights.Row(1), x, columns),
                Tail(weights.Row(2), x, columns),
                Tail(weights.Row(3), x, columns));
        }

        Store(sums, weights.RowCount, y);
    }

    private static float Tail(float* w, float* x, int columns)
    {
        var sum = 0f;
        for (var k = columns - (columns % Vector<float>.Count); k < columns; k++)
        {
            sum += w[k] * x[k];
        }

        return sum;
    }
}
