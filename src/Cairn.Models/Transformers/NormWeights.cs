using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Gain and bias of a norm, [hidden] each. Without a bias it is an RMS norm; without both there is none.</summary>
internal sealed record NormWeights(float[] Gain, float[] Bias)
{
    /// <summary>No norm.</summary>
    public static NormWeights None { get; } = new([], []);

    /// <summary>Whether there is no norm.</summary>
    public bool IsNone => Gain.Length == 0;

    /// <summary>Loads a decoder's norm.</summary>
    /// <param name="loader">The model's tensors.</param>
    /// <param name="name">Full name of the gain.</param>
    /// <param name="kind">Whether a bias belongs to it.</param>
    /// <param name="length">Width.</param>
    public static NormWeights Load(TensorLoader loader, string name, NormKind kind, int length) => new(
        loader.Vector(name, length),
        kind == NormKind.Layer ? loader.Vector(DecoderTensorNames.BiasOf(name), length) : []);

    /// <summary>Loads an encoder's layer norm; its bias is zeros where the file has none.</summary>
    /// <param name="loader">The model's tensors.</param>
    /// <param name="name">Name without <c>.weight</c> and <c>.bias</c>.</param>
    /// <param name="length">Width.</param>
    public static NormWeights LoadLayerNorm(TensorLoader loader, string name, int length)
    {
        float[] bias = loader.OptionalVector(EncoderTensorNames.BiasOf(name), length);
        return new NormWeights(loader.Vector(EncoderTensorNames.WeightOf(name), length), bias.Length == 0 ? new float[length] : bias);
    }
}
