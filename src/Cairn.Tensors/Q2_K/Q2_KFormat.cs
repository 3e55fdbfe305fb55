namespace Cairn.Tensors;

/// <summary>2-bit weights, 256 a block, 4-bit scales and minima per 16: w = d·s·q − m·t.</summary>
/// <remarks>Layout: <see cref="BlockQ2_K"/>.</remarks>
internal sealed class Q2_KFormat : SuperBlockFormat<BlockQ2_K>
{
    internal override KernelLadder Int8Ladder =>
        new SuperBlockKernels<BlockQ2_K, TwoBits, NibbleScaleWords>(this);
}
