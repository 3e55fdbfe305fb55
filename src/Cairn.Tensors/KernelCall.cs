namespace Cairn.Tensors;

/// <summary>The operands of one matrix product, as a <see cref="MatrixKernel"/> sees them.</summary>
internal unsafe readonly struct KernelCall(
    byte* weights, int rows, int columns, Activations activations, int tokens, float* output, int outputStride)
{
    /// <summary>Weights in the kernel's layout.</summary>
    public readonly byte* Weights = weights;

    /// <summary>Output features.</summary>
    public readonly int Rows = rows;

    /// <summary>Input features.</summary>
    public readonly int Columns = columns;

    /// <summary>Inputs, [tokens, columns].</summary>
    public readonly Activations Activations = activations;

    /// <summary>Input rows.</summary>
    public readonly int Tokens = tokens;

    /// <summary>Results; token t's row starts at t·<see cref="OutputStride"/>.</summary>
    public readonly float* Output = output;

    /// <summary>Floats between the results of consecutive tokens.</summary>
    public readonly int OutputStride = outputStride;
}
