using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// Walks equally long buffers vector by vector. The last, partial vector goes through the same arithmetic in a padded
/// copy, so a result does not depend on where in a buffer its element lies.
/// </summary>
internal static class Elementwise
{
    /// <summary>y[i] = op(a[i], b[i]); <paramref name="y"/> may be the same memory as an input, but not overlap it in part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TOperator>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TOperator : IElementwiseOperator
    {
        RequireEqualLengths(a.Length, b.Length, y.Length);
        var width = Vector<float>.Count;
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var i = 0;
        for (; i <= a.Length - width; i += width)
        {
            var result = TOperator.Apply(Vector.LoadUnsafe(ref a0, (nuint)i), Vector.LoadUnsafe(ref b0, (nuint)i));
            result.StoreUnsafe(ref y0, (nuint)i);
        }

        if (i < a.Length)
        {
            ApplyTail<TOperator>(a[i..], b[i..], y[i..]);
        }
    }

    /// <summary>Refuses buffers of different lengths.</summary>
    public static void RequireEqualLengths(int a, int b, int y)
    {
        if (a != y || b != y)
        {
            throw new ArgumentException(
                $"The inputs have {a:N0} and {b:N0} elements, the result {y:N0}; they must be equal.");
        }
    }

    private static void ApplyTail<TOperator>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TOperator : IElementwiseOperator
    {
        Span<float> padded = stackalloc float[2 * Vector<float>.Count];
        padded.Clear();
        a.CopyTo(padded);
        b.CopyTo(padded[Vector<float>.Count..]);
        var result = TOperator.Apply(new Vector<float>(padded), new Vector<float>(padded[Vector<float>.Count..]));
        result.CopyTo(padded);
        padded[..y.Length].CopyTo(y);
    }
}
