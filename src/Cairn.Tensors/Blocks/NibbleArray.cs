using System.Runtime.CompilerServices;

namespace Cairn.Tensors;

/// <summary>32 numbers of 4 bits in 16 bytes: the low nibble of byte j is number j, the high nibble number j + 16.</summary>
[InlineArray(Length)]
internal struct NibbleArray
{
    private const int Length = 16;

    private byte _first;

    /// <summary>Stores 32 numbers.</summary>
    public void Set(ReadOnlySpan<byte> numbers)
    {
        for (var i = 0; i < Length; i++)
        {
            this[i] = (byte)(numbers[i] | (numbers[i + Length] << 4));
        }
    }
}
