namespace Cairn.Tensors;

/// <summary>The kernels of a format with 32 columns a block.</summary>
/// <param name="format">The format; its blocks are f16 numbers, then quants.</param>
/// <param name="reader">Reads the quants; null where they lie in the file as <typeparamref name="TQuants"/> packs them.</param>
/// <typeparam name="TQuants">How quants are packed.</typeparam>
/// <typeparam name="TScales">What they stand for.</typeparam>
internal sealed class BlockKernels<TQuants, TScales>(BlockFormat format, BlockReader? reader) : KernelLadder
    where TQuants : IQuantPlanes
    where TScales : IBlockScales
{
    protected override bool MultipliesBytes => true;

    protected override bool PrefersDots => TQuants.IsSigned;

    public override MatrixKernel Create<TLanes, TVector>() =>
        new BlockVectorKernel<TQuants, TScales, TLanes, TVector>(format, reader);

    public override MatrixKernel CreateScalar() => new BlockScalarKernel<TQuants, TScales>(format, reader);
}
