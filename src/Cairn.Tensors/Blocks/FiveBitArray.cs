using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// 32 numbers of 5 bits in 20 bytes: bit i of <see cref="High"/> is the fifth bit of number i; the low nibble of byte j
/// of <see cref="Low"/> holds the other four of number j, the high nibble those of number j + 16.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct FiveBitArray
{
    public uint High;
    public Bytes16 Low;

    /// <summary>Number <paramref name="i"/>, 0 to 31.</summary>
    public readonly int this[int i]
    {
        get
        {
            var low = i < 16 ? Low[i] & 0x0F : Low[i - 16] >> 4;
            return low | (int)((High >> i) & 1) << 4;
        }
    }

    /// <summary>Sixteen numbers: the first half or the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector128<byte> Load(int half)
    {
        var pairs = Vector128.LoadUnsafe(in Low[0]);
        var low = half == 0 ? pairs & Vector128.Create((byte)0x0F) : pairs >> 4;
        var bits = High >> (16 * half);

        // Every lane gets the byte that holds its bit, and looks at its own place in it.
        var spread = Vector128.Create((bits & 0xFF) * 0x0101_0101_0101_0101ul, ((bits >> 8) & 0xFF) * 0x0101_0101_0101_0101ul);
        var place = Vector128.Create(0x8040_2010_0804_0201ul).AsByte();
        var isSet = Vector128.Equals(spread.AsByte() & place, place);
        return low | (isSet & Vector128.Create((byte)0x10));
    }

    /// <summary>Stores 32 numbers.</summary>
    public void Set(ReadOnlySpan<byte> numbers)
    {
        High = 0;
        for (var i = 0; i < 16; i++)
        {
            var (first, second) = (numbers[i], numbers[i + 16]);
            Low[i] = (byte)((first & 0x0F) | (second << 4));
            High |= (uint)(first >> 4) << i | (uint)(second >> 4) << (i + 16);
        }
    }
}
