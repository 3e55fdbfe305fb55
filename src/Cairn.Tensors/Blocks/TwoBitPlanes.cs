using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// 256 numbers of 2 bits in 64 bytes, as Q2_K, Q3_K and the upper bits of Q6_K store them: byte 32h + l holds numbers
/// 128h + 32p + l in bits 2p and 2p + 1, p = 0 … 3.
/// </summary>
internal static class TwoBitPlanes
{
    /// <summary>Number <paramref name="i"/>, the specification of <see cref="Load"/>.</summary>
    public static int Get(ReadOnlySpan<byte> planes, int i) => (planes[(i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2)) & 3;

    /// <summary>Sixteen numbers from number <paramref name="i"/>, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ReadOnlySpan<byte> planes, int i) =>
        (Vector128.LoadUnsafe(in planes[(i / 128 * 32) + (i % 32)]) >> (i % 128 / 32 * 2)) & Vector128.Create((byte)3);

    /// <summary>Stores the lower two bits of 256 numbers.</summary>
    public static void Pack(ReadOnlySpan<sbyte> numbers, Span<byte> planes)
    {
        for (var at = 0; at < planes.Length; at += Vector128<byte>.Count)
        {
            var first = (at / 32 * 128) + (at % 32);
            var bytes = Vector128<byte>.Zero;
            for (var plane = 0; plane < 4; plane++)
            {
                var number = Vector128.LoadUnsafe(in numbers[first + (32 * plane)]).AsByte();
                bytes |= (number & Vector128.Create((byte)3)) << (2 * plane);
            }

            bytes.CopyTo(planes[at..]);
        }
    }
}
