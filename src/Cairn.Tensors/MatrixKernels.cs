namespace Cairn.Tensors;

/// <summary>Chooses the kernel of a matrix.</summary>
internal static class MatrixKernels
{
    /// <summary>The best kernel of this machine for a format and an arithmetic.</summary>
    public static MatrixKernel Select(BlockFormat format, ActivationType activation)
    {
        IEnumerable<MatrixKernel> kernels = activation switch
        {
            ActivationType.Int8 => format.Int8Kernels(),
            ActivationType.Int16 => format.Int16Kernels(),
            _ => [],
        };
        return kernels.FirstOrDefault() ?? new FloatKernel(format);
    }
}
