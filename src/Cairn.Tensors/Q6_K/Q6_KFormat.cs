namespace Cairn.Tensors;

/// <summary>6-bit weights, 256 a block, 8-bit scales per 16: w = d·s·q.</summary>
/// <remarks>Layout: <see cref="BlockQ6_K"/>.</remarks>
internal sealed class Q6_KFormat : SuperBlockFormat<BlockQ6_K>
{
    internal override KernelLadder Int8Ladder =>
        new SuperBlockKernels<BlockQ6_K, SixBits, SignedScaleWords>(this);
}
