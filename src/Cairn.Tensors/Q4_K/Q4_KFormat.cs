namespace Cairn.Tensors;

/// <summary>4-bit weights, 256 a block, 6-bit scales and minima per 32: w = d·s·q − m·t.</summary>
/// <remarks>Layout: <see cref="BlockQ4_K"/>.</remarks>
internal sealed class Q4_KFormat : SuperBlockFormat<BlockQ4_K>
{
    internal override KernelLadder Int8Ladder =>
        new SuperBlockKernels<BlockQ4_K, FourBits, ByteScaleWords>(this);
}
