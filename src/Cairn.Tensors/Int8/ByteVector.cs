using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>Bytes to floats for the dequantisers: y[i] = scale · q[i] + offset, rounded after each operation.</summary>
internal static class ByteVector
{
    /// <summary>y[i] = scale · q[i] for a multiple of 16 bytes.</summary>
    public static void Scale(ReadOnlySpan<sbyte> quants, float scale, Span<float> y)
    {
        for (var i = 0; i < quants.Length; i += Vector128<sbyte>.Count)
        {
            var q = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(quants), (nuint)i);
            Store(q, scale, y.Slice(i, Vector128<sbyte>.Count));
        }
    }

    /// <summary>y[i] = scale · q[i] for one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> quants, float scale, Span<float> y)
    {
        var (low, high) = ToSingle(quants);
        ref var target = ref MemoryMarshal.GetReference(y[..Vector128<sbyte>.Count]);
        (low * scale).StoreUnsafe(ref target);
        (high * scale).StoreUnsafe(ref target, (nuint)Vector256<float>.Count);
    }

    /// <summary>y[i] = scale · q[i] + offset for one vector, the sum rounded by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> quants, float scale, float offset, Span<float> y)
    {
        var (low, high) = ToSingle(quants);
        ref var target = ref MemoryMarshal.GetReference(y[..Vector128<sbyte>.Count]);
        ((low * scale) + Vector256.Create(offset)).StoreUnsafe(ref target);
        ((high * scale) + Vector256.Create(offset)).StoreUnsafe(ref target, (nuint)Vector256<float>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) ToSingle(Vector128<sbyte> quants)
    {
        var (low, high) = Vector256.Widen(Vector256.WidenLower(quants.ToVector256Unsafe()));
        return (Vector256.ConvertToSingle(low), Vector256.ConvertToSingle(high));
    }
}
