namespace Cairn.Tensors;

/// <summary>The kernels of a format with 256 columns a block.</summary>
/// <typeparam name="TBlock">The format's blocks.</typeparam>
/// <typeparam name="TQuants">How its quants are packed.</typeparam>
/// <typeparam name="TScales">How its scales are packed.</typeparam>
internal sealed unsafe class SuperBlockKernels<TBlock, TQuants, TScales>(BlockFormat format) : KernelLadder
    where TBlock : unmanaged, ISuperBlock<TBlock>
    where TQuants : IQuantPlanes
    where TScales : IScaleWords
{
    protected override bool MultipliesBytes => true;

    protected override bool PrefersDots => false;

    public override MatrixKernel Create<TLanes, TVector>() =>
        new SuperBlockVectorKernel<TQuants, TScales, TLanes, TVector>(format, SuperBlockIntegers.Read<TBlock>);

    public override MatrixKernel CreateScalar() =>
        new SuperBlockScalarKernel<TQuants, TScales>(format, SuperBlockIntegers.Read<TBlock>);
}
