namespace Cairn.Tensors;

/// <summary>
/// How the quants of 32 columns of a row lie in 32-bit words, of which a vector holds one for each row of a panel.
/// </summary>
/// <remarks>
/// The columns form eight groups of four; group g is columns 4g to 4g + 3, one in each byte of a word. A word carries
/// one or more bits of every byte of several groups, so that masks and shifts bring a group back as four bytes.
/// Groups come in pairs p and p + 4: of the first and of the second sixteen columns.
/// </remarks>
internal unsafe interface IQuantPlanes
{
    /// <summary>Bits of a quant.</summary>
    static abstract int Bits { get; }

    /// <summary>Bytes of 32 columns of a row.</summary>
    static abstract int Bytes { get; }

    /// <summary>Whether <see cref="Unpack"/> gives signed bytes; unsigned otherwise.</summary>
    static abstract bool IsSigned { get; }

    /// <summary>
    /// Groups whose products with 8-bit activations (magnitude at most 127) may be summed in 16 bits: 1, 4 or 8; of
    /// quants with an offset, once that is taken away.
    /// </summary>
    static abstract int ChainLength { get; }

    /// <summary>Writes the words of 32 quants.</summary>
    /// <param name="groups">32 bytes, in the order of the columns: eight groups.</param>
    /// <param name="words"><see cref="Bytes"/> / 4 words.</param>
    static abstract void Pack(uint* groups, uint* words);

    /// <summary>The specification of unpacking: the value of one column.</summary>
    /// <param name="words">The row's first word.</param>
    /// <param name="stride">Words from one word of the row to the next.</param>
    /// <param name="column">0 to 31.</param>
    static abstract int Unpack(uint* words, int stride, int column);

    /// <summary>Groups <paramref name="pair"/> and <paramref name="pair"/> + 4 of all rows.</summary>
    /// <param name="words">The panel's first word of these columns.</param>
    /// <param name="pair">0 to 3, a constant of the caller.</param>
    static abstract (TVector Low, TVector High) Unpack<TLanes, TVector>(byte* words, int pair)
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged;
}
