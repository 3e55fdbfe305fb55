namespace Cairn.Tensors;

/// <summary>Arithmetic of a matrix product: what the activations become before they meet the weights.</summary>
public enum ActivationType
{
    /// <summary>Activations stay float32 and weights are dequantised exactly: the reference path.</summary>
    Float32,

    /// <summary>
    /// Activations become signed 8-bit integers with one float32 scale per 32 values (scale = max|x| / 127), and
    /// quantised weights are multiplied as integers: the fast path. Unquantised weights keep the float path.
    /// </summary>
    Int8,

    /// <summary>
    /// Activations become signed 16-bit integers with one float32 scale per token (scale = max|x| / 32,767): nearly as
    /// exact as floats, and about as fast as <see cref="Int8"/>. Q8_0 weights are multiplied so; others keep the float path.
    /// </summary>
    Int16,
}
