using System.Runtime.Intrinsics;

namespace Cairn.Tensors;

/// <summary>The kernels of a format with 256 columns a block that this machine can run.</summary>
internal static unsafe class SuperBlockKernels
{
    /// <summary>Fastest first, the scalar twin last.</summary>
    /// <param name="format">The format.</param>
    /// <typeparam name="TBlock">The format's blocks.</typeparam>
    /// <typeparam name="TQuants">How its quants are packed.</typeparam>
    /// <typeparam name="TScales">How its scales are packed.</typeparam>
    public static MatrixKernel[] Create<TBlock, TQuants, TScales>(BlockFormat format)
        where TBlock : unmanaged, ISuperBlock<TBlock>
        where TQuants : IQuantPlanes
        where TScales : IScaleWords
    {
        SuperBlockReader reader = SuperBlockIntegers.Read<TBlock>;
        var kernels = new List<MatrixKernel>();
        if (IntegerLanes512.IsSupported)
        {
            kernels.Add(new SuperBlockVectorKernel<TQuants, TScales, IntegerLanes512, Vector512<byte>>(format, reader));
        }

        if (IntegerLanes256.IsSupported)
        {
            kernels.Add(new SuperBlockVectorKernel<TQuants, TScales, IntegerLanes256, Vector256<byte>>(format, reader));
        }

        kernels.Add(new SuperBlockScalarKernel<TQuants, TScales>(format, reader));
        return [.. kernels];
    }
}
