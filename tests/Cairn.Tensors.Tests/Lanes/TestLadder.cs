using System.Runtime.Intrinsics;

namespace Cairn.Tensors.Tests;

/// <summary>The kernels of a ladder that tests can run: those of this machine, and emulated ones.</summary>
internal static class TestLadder
{
    /// <summary>This machine's, fastest first, then the emulated ones, the scalar twin last.</summary>
    public static MatrixKernel[] All(KernelLadder? ladder)
    {
        if (ladder is null)
        {
            return [];
        }

        List<MatrixKernel> kernels = [.. ladder.Supported()];
        if (IntegerLanes128<EmulatedNeonDots>.IsSupported)
        {
            kernels.Insert(kernels.Count - 1, ladder.Create<IntegerLanes128<EmulatedNeonDots>, Vector128<byte>>());
        }

        if (IntegerLanes256<EmulatedVnniDots>.IsSupported)
        {
            kernels.Insert(kernels.Count - 1, ladder.Create<IntegerLanes256<EmulatedVnniDots>, Vector256<byte>>());
        }

        return [.. kernels];
    }
}
