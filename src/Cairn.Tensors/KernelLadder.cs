using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// The kernels of one format and arithmetic: the same kernel for every instruction set, of which a machine takes the
/// first that it has.
/// </summary>
internal abstract class KernelLadder
{
    /// <summary>The kernel in the operations of <typeparamref name="TLanes"/>, whether this machine has them or not.</summary>
    public abstract MatrixKernel Create<TLanes, TVector>()
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged;

    /// <summary>The scalar twin: the specification, which runs everywhere.</summary>
    public abstract MatrixKernel CreateScalar();

    /// <summary>The kernels that this machine can run, fastest first, the scalar twin last.</summary>
    public IEnumerable<MatrixKernel> Supported()
    {
        if (IntegerLanes512.IsSupported)
        {
            yield return Create<IntegerLanes512, Vector512<byte>>();
        }

        if (IntegerLanes256<AvxVnniDots>.IsSupported)
        {
            yield return Create<IntegerLanes256<AvxVnniDots>, Vector256<byte>>();
        }

        if (IntegerLanes256<Avx2Pairs>.IsSupported)
        {
            yield return Create<IntegerLanes256<Avx2Pairs>, Vector256<byte>>();
        }

        if (IntegerLanes128<SsePairs>.IsSupported)
        {
            yield return Create<IntegerLanes128<SsePairs>, Vector128<byte>>();
        }

        if (IntegerLanes128<NeonDots>.IsSupported)
        {
            yield return Create<IntegerLanes128<NeonDots>, Vector128<byte>>();
        }

        yield return CreateScalar();
    }
}
