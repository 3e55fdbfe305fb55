namespace Cairn.Tensors;

/// <summary>The kernels of 8-bit weights with 16-bit activations.</summary>
internal sealed class Q8_0Int16Kernels(BlockFormat format) : KernelLadder
{
    protected override bool MultipliesBytes => false;

    protected override bool PrefersDots => false;

    public override MatrixKernel Create<TLanes, TVector>() => new Q8_0Int16VectorKernel<TLanes, TVector>(format);

    public override MatrixKernel CreateScalar() => new Q8_0Int16ScalarKernel(format);
}
