using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cairn.Tensors;

/// <summary>
/// Eight scales and eight minima of 6 bits in 12 bytes, as Q4_K and Q5_K store them. For j &lt; 4: byte j holds scale j
/// in its low six bits and byte j + 4 minimum j; byte j + 8 holds the low nibbles of scale j + 4 (low) and minimum j + 4
/// (high), whose upper two bits fill the upper bits of bytes j and j + 4.
/// </summary>
internal struct SixBitScales
{
    public const int Count = 8;
    public const int Highest = 63;

    private Bytes12 _bytes;

    /// <summary>Scale of a sub-block, 0 to 63.</summary>
    public readonly int Scale(int subBlock) => subBlock < 4
        ? _bytes[subBlock] & 0x3F
        : (_bytes[subBlock + 4] & 0x0F) | (_bytes[subBlock - 4] >> 6 << 4);

    /// <summary>Minimum of a sub-block, 0 to 63.</summary>
    public readonly int Minimum(int subBlock) => subBlock < 4
        ? _bytes[subBlock + 4] & 0x3F
        : (_bytes[subBlock + 4] >> 4) | (_bytes[subBlock] >> 6 << 4);

    /// <summary>Writes all scales and minima, four at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void CopyTo(Span<sbyte> scales, Span<byte> minima)
    {
        const uint Six = 0x3F3F_3F3F;
        const uint Four = 0x0F0F_0F0F;
        const uint UpperTwo = 0x3030_3030;
        ReadOnlySpan<byte> bytes = _bytes;
        var first = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var second = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var third = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var scaleBytes = MemoryMarshal.AsBytes(scales);
        BinaryPrimitives.WriteUInt32LittleEndian(scaleBytes, first & Six);
        BinaryPrimitives.WriteUInt32LittleEndian(scaleBytes[4..], (third & Four) | ((first >> 2) & UpperTwo));
        BinaryPrimitives.WriteUInt32LittleEndian(minima, second & Six);
        BinaryPrimitives.WriteUInt32LittleEndian(minima[4..], ((third >> 4) & Four) | ((second >> 2) & UpperTwo));
    }

    /// <summary>Stores all scales and minima.</summary>
    public void Set(ReadOnlySpan<int> scales, ReadOnlySpan<int> minima)
    {
        for (var j = 0; j < 4; j++)
        {
            _bytes[j] = (byte)(scales[j] | (scales[j + 4] >> 4 << 6));
            _bytes[j + 4] = (byte)(minima[j] | (minima[j + 4] >> 4 << 6));
            _bytes[j + 8] = (byte)((scales[j + 4] & 0x0F) | (minima[j + 4] << 4));
        }
    }
}
