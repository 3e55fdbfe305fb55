using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Sees what goes into a matrix, before it is multiplied.</summary>
/// <param name="matrix">The matrix W of y = W·x.</param>
/// <param name="x">The inputs, [rows, columns of the matrix].</param>
public delegate void MatrixInputObserver(WeightMatrix matrix, ReadOnlySpan<float> x);
