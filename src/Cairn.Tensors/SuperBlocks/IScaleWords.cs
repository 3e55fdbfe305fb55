namespace Cairn.Tensors;

/// <summary>How the scales and minimums of the sub-blocks lie in sixteen bytes a row, four 32-bit words.</summary>
internal unsafe interface IScaleWords
{
    /// <summary>Bytes of a row's block.</summary>
    const int Bytes = 16;

    /// <summary>Whether sub-blocks have minimums; the quants have an offset otherwise.</summary>
    static abstract bool HasMinimums { get; }

    /// <summary>Columns of a sub-block: 16 or 32.</summary>
    static abstract int SubBlockColumns { get; }

    /// <summary>Writes the bytes of a block.</summary>
    static abstract void Pack(SuperBlockIntegers* integers, byte* bytes);

    /// <summary>
    /// Scale of a sub-block; word i of the row is <paramref name="words"/>[i · <paramref name="stride"/>].
    /// </summary>
    static abstract int Scale(uint* words, int stride, int subBlock);

    /// <summary>Minimum of a sub-block; 0 in formats without.</summary>
    static abstract int Minimum(uint* words, int stride, int subBlock);

    /// <summary>Expands the words of all rows to what the products are multiplied with.</summary>
    /// <param name="words">Four vectors of words.</param>
    /// <param name="scales">Receives a vector for each sub-block: its scale, see <see cref="WordBytes.Factors"/>.</param>
    /// <param name="minimums">Receives a vector for every two sub-blocks: their minimums; nothing in formats
    /// without.</param>
    static abstract void Expand<TLanes, TVector>(byte* words, TVector* scales, TVector* minimums)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged;
}
