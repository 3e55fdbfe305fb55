using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>The second half of a low-rank update: y[i] += Σ_j u[j] · b[j, i], j ascending.</summary>
/// <remarks>
/// Hu et al. 2021, arXiv:2106.09685: y += s·B·u with u = A·x; b is Bᵀ, so that its rows are read in one stream. Four rows
/// are added at a time, which reads and writes y a quarter as often. Allocates nothing; thread-safe.
/// </remarks>
public static class LowRankSum
{
    private const int RowsAtOnce = 4;

    /// <summary>Adds all rows.</summary>
    /// <param name="factors">u, [rank].</param>
    /// <param name="rows">b, [rank, stride]; the first <c>y.Length</c> values of each row count.</param>
    /// <param name="stride">Floats between rows, at least <c>y.Length</c>.</param>
    /// <param name="y">Sum and result; overlaps no input.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> is too short.</exception>
    public static void Add(ReadOnlySpan<float> factors, ReadOnlySpan<float> rows, int stride, Span<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, y.Length);
        if (factors.IsEmpty || y.IsEmpty)
        {
            return;
        }

        if (rows.Length < ((factors.Length - 1L) * stride) + y.Length)
        {
            throw new ArgumentException(
                $"rows has {rows.Length:N0} floats; {factors.Length:N0} rows {stride:N0} apart need {((factors.Length - 1L) * stride) + y.Length:N0}.",
                nameof(rows));
        }

        var row = 0;
        for (; row <= factors.Length - RowsAtOnce; row += RowsAtOnce)
        {
            AddFour(factors.Slice(row, RowsAtOnce), rows[(row * stride)..], stride, y);
        }

        for (; row < factors.Length; row++)
        {
            AddOne(factors[row], rows.Slice(row * stride, y.Length), y);
        }
    }

    /// <summary>The specification of <see cref="Add"/>.</summary>
    internal static void Scalar(ReadOnlySpan<float> factors, ReadOnlySpan<float> rows, int stride, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            for (var j = 0; j < factors.Length; j++)
            {
                y[i] = float.MultiplyAddEstimate(factors[j], rows[(j * stride) + i], y[i]);
            }
        }
    }

    private static void AddFour(ReadOnlySpan<float> factors, ReadOnlySpan<float> rows, int stride, Span<float> y)
    {
        ref var b = ref MemoryMarshal.GetReference(rows);
        ref var sum = ref MemoryMarshal.GetReference(y);
        var (f0, f1, f2, f3) = (new Vector<float>(factors[0]), new Vector<float>(factors[1]), new Vector<float>(factors[2]), new Vector<float>(factors[3]));
        var i = 0;
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = Vector.LoadUnsafe(ref sum, (nuint)i);
            value = Vector.MultiplyAddEstimate(f0, Vector.LoadUnsafe(ref b, (nuint)i), value);
            value = Vector.MultiplyAddEstimate(f1, Vector.LoadUnsafe(ref b, (nuint)(stride + i)), value);
            value = Vector.MultiplyAddEstimate(f2, Vector.LoadUnsafe(ref b, (nuint)((2 * stride) + i)), value);
            value = Vector.MultiplyAddEstimate(f3, Vector.LoadUnsafe(ref b, (nuint)((3 * stride) + i)), value);
            value.StoreUnsafe(ref sum, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            for (var j = 0; j < RowsAtOnce; j++)
            {
                Unsafe.Add(ref sum, i) = float.MultiplyAddEstimate(factors[j], Unsafe.Add(ref b, (j * stride) + i), Unsafe.Add(ref sum, i));
            }
        }
    }

    private static void AddOne(float factor, ReadOnlySpan<float> row, Span<float> y)
    {
        ref var b = ref MemoryMarshal.GetReference(row);
        ref var sum = ref MemoryMarshal.GetReference(y);
        var f = new Vector<float>(factor);
        var i = 0;
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.MultiplyAddEstimate(f, Vector.LoadUnsafe(ref b, (nuint)i), Vector.LoadUnsafe(ref sum, (nuint)i)).StoreUnsafe(ref sum, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            Unsafe.Add(ref sum, i) = float.MultiplyAddEstimate(factor, Unsafe.Add(ref b, i), Unsafe.Add(ref sum, i));
        }
    }
}
