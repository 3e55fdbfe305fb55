using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>A linear map y = W·x + b.</summary>
/// <param name="Index">Number of the map in its model, from 0: adapters know it by this. −1 for one that none can change.</param>
/// <param name="Weights">W, [outputs, inputs].</param>
/// <param name="Bias">b, [outputs], or empty.</param>
internal sealed record Projection(int Index, WeightMatrix Weights, float[] Bias)
{
    /// <summary>Whether adapters may add to the map.</summary>
    public bool CanBeAdapted => Index >= 0;

    /// <summary>Loads the matrix, and the bias of the same name where the file has one.</summary>
    /// <param name="loader">The model's tensors.</param>
    /// <param name="name">Full name of the matrix, ending in <c>.weight</c>.</param>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns.</param>
    public static Projection Load(TensorLoader loader, string name, int outputs, int inputs) =>
        LoadFused(loader, name, [outputs], inputs)[0];

    /// <summary>Loads maps whose rows follow each other in one tensor, and so their biases.</summary>
    /// <param name="loader">The model's tensors.</param>
    /// <param name="name">Full name of the matrix, ending in <c>.weight</c>.</param>
    /// <param name="outputs">Rows of each map.</param>
    /// <param name="inputs">Columns.</param>
    public static Projection[] LoadFused(TensorLoader loader, string name, int[] outputs, int inputs)
    {
        int index = loader.Matrices.Count;
        WeightMatrix[] weights = loader.Slices(name, [outputs.Sum(), inputs], outputs);
        float[] bias = loader.OptionalVector(DecoderTensorNames.BiasOf(name), outputs.Sum());
        var maps = new Projection[outputs.Length];
        int first = 0;
        for (int i = 0; i < maps.Length; i++)
        {
            maps[i] = new Projection(index + i, weights[i], bias.Length == 0 ? [] : bias[first..(first + outputs[i])]);
            first += outputs[i];
        }

        return maps;
    }
}
