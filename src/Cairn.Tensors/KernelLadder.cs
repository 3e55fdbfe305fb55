using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>
/// The kernels of one format and arithmetic: the same kernel for every instruction set, of which a machine takes the
/// first that it has.
/// </summary>
internal abstract class KernelLadder
{
    /// <summary>Whether bytes are multiplied: then <see cref="AvxVnniDots"/> are a rung.</summary>
    protected abstract bool MultipliesBytes { get; }

    /// <summary>
    /// Whether they are faster than AVX-512, which multiplies twice as many bytes at once but sums them in 16 bits: where
    /// these hold one product. Of a Xeon of the Sapphire Rapids family one core did 222 against 167 Gop/s on Q8_0, 224
    /// against 111 on IQ4_NL, but 233 against 303 on Q4_0.
    /// </summary>
    protected abstract bool PrefersDots { get; }

    /// <summary>The kernel in the operations of <typeparamref name="TLanes"/>, whether this machine has them or not.</summary>
    public abstract MatrixKernel Create<TLanes, TVector>()
        where TLanes : IIntegerLanes<TVector>
        where TVector : unmanaged;

    /// <summary>The scalar twin: the specification, which runs everywhere.</summary>
    public abstract MatrixKernel CreateScalar();

    /// <summary>The kernels that this machine can run, fastest first, the scalar twin last.</summary>
    public IEnumerable<MatrixKernel> Supported()
    {
        var hasDots = MultipliesBytes && IntegerLanes256<AvxVnniDots>.IsSupported;
        if (hasDots && PrefersDots)
        {
            yield return Create<IntegerLanes256<AvxVnniDots>, Vector256<byte>>();
        }

        if (IntegerLanes512.IsSupported)
        {
            yield return Create<IntegerLanes512, Vector512<byte>>();
        }

        if (hasDots && !PrefersDots)
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
