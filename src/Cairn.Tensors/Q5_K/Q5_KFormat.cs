namespace Cairn.Tensors;

/// <summary>5-bit weights, 256 a block, 6-bit scales and minima per 32: w = d·s·q − m·t.</summary>
/// <remarks>Layout: <see cref="BlockQ5_K"/>.</remarks>
internal sealed class Q5_KFormat : SuperBlockFormat<BlockQ5_K>
{
    internal override KernelLadder Int8Ladder =>
        new SuperBlockKernels<BlockQ5_K, FiveBits, ByteScaleWords>(this);
}
