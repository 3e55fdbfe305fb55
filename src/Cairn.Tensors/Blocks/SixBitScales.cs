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
