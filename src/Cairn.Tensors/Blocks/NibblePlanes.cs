using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// 256 numbers of 4 bits in 128 bytes, as Q4_K and Q5_K store them: byte 32c + l holds number 64c + l in its low nibble
/// and 64c + 32 + l in its high nibble.
/// </summary>
internal static class NibblePlanes
{
    /// <summary>Number <paramref name="i"/>, the specification of <see cref="Load"/>.</summary>
    public static int Get(ReadOnlySpan<byte> planes, int i) => (planes[(i / 64 * 32) + (i % 32)] >> (i % 64 / 32 * 4)) & 0x0F;

    /// <summary>Sixteen numbers from number <paramref name="i"/>, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ReadOnlySpan<byte> planes, int i) =>
        (Vector128.LoadUnsafe(in planes[(i / 64 * 32) + (i % 32)]) >> (i % 64 / 32 * 4)) & Vector128.Create((byte)0x0F);

    /// <summary>Stores the lower four bits of 256 numbers.</summary>
    public static void Pack(ReadOnlySpan<sbyte> numbers, Span<byte> planes)
    {
        for (var at = 0; at < planes.Length; at += Vector128<byte>.Count)
        {
            var first = (at / 32 * 64) + (at % 32);
            var low = Vector128.LoadUnsafe(in numbers[first]).AsByte() & Vector128.Create((byte)0x0F);
            var high = Vector128.LoadUnsafe(in numbers[first + 32]).AsByte() << 4;
            (low | high).CopyTo(planes[at..]);
        }
    }
}
