using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>The kernels of a format with 32 columns a block that this machine can run.</summary>
internal static class BlockKernels
{
    /// <summary>Fastest first, the scalar twin last.</summary>
    /// <param name="format">The format; its blocks are f16 numbers, then quants.</param>
    /// <param name="reader">Reads the quants.</param>
    /// <typeparam name="TQuants">How quants are packed.</typeparam>
    /// <typeparam name="TScales">What they stand for.</typeparam>
    public static MatrixKernel[] Create<TQuants, TScales>(BlockFormat format, BlockReader reader)
        where TQuants : IQuantPlanes
        where TScales : IBlockScales
    {
        var kernels = new List<MatrixKernel>();
        if (IntegerLanes512.IsSupported)
        {
            kernels.Add(new BlockVectorKernel<TQuants, TScales, IntegerLanes512, Vector512<byte>>(format, reader));
        }

        if (IntegerLanes256.IsSupported)
        {
            kernels.Add(new BlockVectorKernel<TQuants, TScales, IntegerLanes256, Vector256<byte>>(format, reader));
        }

        kernels.Add(new BlockScalarKernel<TQuants, TScales>(format, reader));
        return [.. kernels];
    }
}
