namespace Cairn.Tensors;

/// <summary>How the quants of a block of 32 columns lie in bytes.</summary>
internal unsafe interface IBlockQuants
{
    /// <summary>Bytes of a block's quants.</summary>
    static abstract int Bytes { get; }

    /// <summary>The specification of a block's integer dot product: Σ q[k]·a[k] over 32 columns.</summary>
    /// <param name="quants">The row's first group of four bytes; group g is at <paramref name="groupBytes"/>·g.</param>
    /// <param name="groupBytes">Distance of the groups in the packed panel.</param>
    /// <param name="a">32 activations.</param>
    static abstract int Dot(byte* quants, int groupBytes, sbyte* a);
}
