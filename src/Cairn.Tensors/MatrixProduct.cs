namespace Cairn.Tensors;

/// <summary>One product of a <see cref="MatrixMultiplier.Multiply"/> call: output[t·stride + r] = Σ_k W[r,k]·x[t,k].</summary>
public readonly unsafe struct MatrixProduct
{
    /// <summary>Names the weights and the place of the result.</summary>
    /// <param name="weights">W, [rows, columns].</param>
    /// <param name="output">Result, [tokens, stride]; its first <c>rows</c> columns are written. Overlaps no input and no other output.</param>
    /// <param name="outputStride">Floats between consecutive tokens of the result; at least <c>rows</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputStride"/> is less than the rows.</exception>
    public MatrixProduct(WeightMatrix weights, float* output, int outputStride)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputStride, weights.Rows);
        Weights = weights;
        Output = output;
        OutputStride = outputStride;
    }

    /// <summary>W, [rows, columns].</summary>
    public WeightMatrix Weights { get; }

    /// <summary>Result, [tokens, stride].</summary>
    public float* Output { get; }

    /// <summary>Floats between consecutive tokens of the result.</summary>
    public int OutputStride { get; }
}
