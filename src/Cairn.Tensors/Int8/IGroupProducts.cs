namespace Cairn.Tensors;

/// <summary>
/// How four groups of quants, unpacked into registers, are multiplied with those of a token and summed. Types and not
/// branches: with a branch the compiler would keep the sums in memory.
/// </summary>
internal unsafe interface IGroupProducts
{
    /// <summary>Σ of four groups.</summary>
    /// <param name="w0">First group of quants of all rows.</param>
    /// <param name="w1">Second group.</param>
    /// <param name="w2">Third group.</param>
    /// <param name="w3">Fourth group.</param>
    /// <param name="a">The token's first group.</param>
    /// <param name="stride">Bytes from one group of the token to the next.</param>
    static abstract TVector Sum<TQuants, TLanes, TVector>(
        TVector w0, TVector w1, TVector w2, TVector w3, byte* a, int stride)
        where TQuants : IQuantPlanes
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged;
}
