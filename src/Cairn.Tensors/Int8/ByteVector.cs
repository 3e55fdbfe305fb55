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
    public static void Store(Vector128<sbyte> quants, float scale, Span<float> y)
    {
        var (low, high) = Vector128.Widen(quants);
        Store(Vector128.WidenLower(low), scale, y);
        Store(Vector128.WidenUpper(low), scale, y[4..]);
        Store(Vector128.WidenLower(high), scale, y[8..]);
        Store(Vector128.WidenUpper(high), scale, y[12..]);
    }

    /// <summary>y[i] = scale · q[i] + offset for one vector, the sum rounded by itself.</summary>
    public static void Store(Vector128<sbyte> quants, float scale, float offset, Span<float> y)
    {
        Store(quants, scale, y);
        for (var i = 0; i < Vector128<sbyte>.Count; i += Vector128<float>.Count)
        {
            ref var target = ref MemoryMarshal.GetReference(y);
            (Vector128.LoadUnsafe(ref target, (nuint)i) + Vector128.Create(offset)).StoreUnsafe(ref target, (nuint)i);
        }
    }

    private static void Store(Vector128<int> quants, float scale, Span<float> y) =>
        (Vector128.ConvertToSingle(quants) * scale).CopyTo(y);
}
