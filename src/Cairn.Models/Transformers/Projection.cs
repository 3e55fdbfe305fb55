using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>A linear map y = W·x + b.</summary>
/// <param name="Index">Number of the map in its model, from 0: adapters know it by this.</param>
/// <param name="Weights">W, [outputs, inputs].</param>
/// <param name="Bias">b, [outputs], or empty.</param>
internal sealed record Projection(int Index, WeightMatrix Weights, float[] Bias)
{
    /// <summary>Loads the matrix, and the bias of the same name where the file has one.</summary>
    /// <param name="loader">The model's tensors.</param>
    /// <param name="name">Full name of the matrix, ending in <c>.weight</c>.</param>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns.</param>
    public static Projection Load(TensorLoader loader, string name, int outputs, int inputs) => new(
        loader.Matrices.Count,
        loader.Matrix(name, outputs, inputs),
        loader.OptionalVector(DecoderTensorNames.BiasOf(name), outputs));
}
