using System.Numerics;
using System.Runtime.CompilerServices;
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

    private const int Tokens = 3;

    /// <summary>Instructions behind <see cref="Vector{T}"/> here.</summary>
    public static string InstructionSet { get; } =
        !Vector.IsHardwareAccelerated ? "scalar" : Fma.IsSupported ? "AVX2+FMA" : $"Vector{Vector<byte>.Count * 8}";

    /// <summary>Multiplies up to four rows by every token of the call and stores into rows <paramref name="row"/>….</summary>
    public static void Multiply(FloatPanel panel, int rowCount, in KernelCall call, int row)
    {
        var columns = call.Columns;
        var w0 = panel.Values;
        var w1 = rowCount > 1 ? w0 + panel.Stride : w0;
        var w2 = rowCount > 2 ? w1 + panel.Stride : w0;
        var w3 = rowCount > 3 ? w2 + panel.Stride : w0;
        var x = call.Activations.Values;
        var y = call.Output + row;
        var sums = stackalloc float[Rows * Tokens];
        var token = 0;
        for (; token + Tokens <= call.Tokens; token += Tokens)
        {
            Dot4x3(w0, w1, w2, w3, x, x + columns, x + (2 * columns), columns, sums);
            for (var t = 0; t < Tokens; t++)
            {
                new ReadOnlySpan<float>(sums + (t * Rows), rowCount).CopyTo(new Span<float>(y, rowCount));
                y += call.OutputStride;
            }

            x += Tokens * columns;
        }

        for (; token < call.Tokens; token++)
        {
            Dot4x1(w0, w1, w2, w3, x, columns, sums);
            new ReadOnlySpan<float>(sums, rowCount).CopyTo(new Span<float>(y, rowCount));
            x += columns;
            y += call.OutputStride;
        }
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Dot4x3(
        float* w0, float* w1, float* w2, float* w3, float* x0, float* x1, float* x2, int columns, float* sums)
    {
        Vector<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector<float> a20 = default, a21 = default, a22 = default, a23 = default;
        var k = 0;
        for (; k + Vector<float>.Count <= columns; k += Vector<float>.Count)
        {
            var v0 = Vector.Load(x0 + k);
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

        sums[0] = Vector.Sum(a00) + Tail(w0, x0, k, columns);
        sums[1] = Vector.Sum(a01) + Tail(w1, x0, k, columns);
        sums[2] = Vector.Sum(a02) + Tail(w2, x0, k, columns);
        sums[3] = Vector.Sum(a03) + Tail(w3, x0, k, columns);
        sums[4] = Vector.Sum(a10) + Tail(w0, x1, k, columns);
        sums[5] = Vector.Sum(a11) + Tail(w1, x1, k, columns);
        sums[6] = Vector.Sum(a12) + Tail(w2, x1, k, columns);
        sums[7] = Vector.Sum(a13) + Tail(w3, x1, k, columns);
        sums[8] = Vector.Sum(a20) + Tail(w0, x2, k, columns);
        sums[9] = Vector.Sum(a21) + Tail(w1, x2, k, columns);
        sums[10] = Vector.Sum(a22) + Tail(w2, x2, k, columns);
        sums[11] = Vector.Sum(a23) + Tail(w3, x2, k, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Dot4x1(float* w0, float* w1, float* w2, float* w3, float* x, int columns, float* sums)
    {
        Vector<float> a0 = default, a1 = default, a2 = default, a3 = default;
        var k = 0;
        for (; k + Vector<float>.Count <= columns; k += Vector<float>.Count)
        {
            var v = Vector.Load(x + k);
            a0 = Vector.MultiplyAddEstimate(Vector.Load(w0 + k), v, a0);
            a1 = Vector.MultiplyAddEstimate(Vector.Load(w1 + k), v, a1);
            a2 = Vector.MultiplyAddEstimate(Vector.Load(w2 + k), v, a2);
            a3 = Vector.MultiplyAddEstimate(Vector.Load(w3 + k), v, a3);
        }

        sums[0] = Vector.Sum(a0) + Tail(w0, x, k, columns);
        sums[1] = Vector.Sum(a1) + Tail(w1, x, k, columns);
        sums[2] = Vector.Sum(a2) + Tail(w2, x, k, columns);
        sums[3] = Vector.Sum(a3) + Tail(w3, x, k, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Tail(float* w, float* x, int k, int columns)
    {
        var sum = 0f;
        for (; k < columns; k++)
        {
            sum += w[k] * x[k];
        }

        return sum;
    }
}
