using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>256 bits in 32 bytes, as Q3_K and Q5_K store their highest bits: byte l holds those of numbers 32p + l in bit p, p = 0 … 7.</summary>
internal static class BitPlanes
{
    /// <summary>Bit of number <paramref name="i"/>, the specification of <see cref="Load"/>.</summary>
    public static int Get(ReadOnlySpan<byte> planes, int i) => (planes[i % 32] >> (i / 32)) & 1;

    /// <summary>Sixteen bits, 0 or 1 in each byte, from number <paramref name="i"/>, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ReadOnlySpan<byte> planes, int i) =>
        (Vector128.LoadUnsafe(in planes[i % 32]) >> (i / 32)) & Vector128<byte>.One;

    /// <summary>Stores bit <paramref name="bit"/> of 256 numbers.</summary>
    public static void Pack(ReadOnlySpan<sbyte> numbers, int bit, Span<byte> planes)
    {
        for (var at = 0; at < planes.Length; at += Vector128<byte>.Count)
        {
            var bytes = Vector128<byte>.Zero;
            for (var plane = 0; plane < 8; plane++)
            {
                var number = Vector128.LoadUnsafe(in numbers[at + (32 * plane)]).AsByte();
                bytes |= ((number >> bit) & Vector128<byte>.One) << plane;
            }

            bytes.CopyTo(planes[at..]);
        }
    }
}
