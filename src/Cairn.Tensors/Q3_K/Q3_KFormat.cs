namespace Cairn.Tensors;

/// <summary>3-bit weights, 256 a block, 6-bit scales per 16: w = d·s·q.</summary>
/// <remarks>Layout: <see cref="BlockQ3_K"/>.</remarks>
internal sealed class Q3_KFormat : SuperBlockFormat<BlockQ3_K>
{
    internal override KernelLadder Int8Ladder =>
        new SuperBlockKernels<BlockQ3_K, ThreeBits, SignedScaleWords>(this);
}
