using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Weights of one encoder layer.</summary>
internal sealed record EncoderLayer(
    Projection Query,
    Projection Key,
    Projection Value,
    Projection AttentionOutput,
    NormWeights AttentionNorm,
    Projection Up,
    Projection Down,
    NormWeights OutputNorm)
{
    /// <summary>Loads layer <paramref name="index"/>.</summary>
    public static EncoderLayer Load(TensorLoader loader, EncoderConfiguration configuration, int index)
    {
        EncoderTensorNames names = configuration.TensorNames;
        int hidden = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        return new EncoderLayer(
            Projection.Load(loader, names.WeightOf(index, names.Query), hidden, hidden),
            Projection.Load(loader, names.WeightOf(index, names.Key), hidden, hidden),
            Projection.Load(loader, names.WeightOf(index, names.Value), hidden, hidden),
            Projection.Load(loader, names.WeightOf(index, names.AttentionOutput), hidden, hidden),
            Norm(names.AttentionNorm),
            Projection.Load(loader, names.WeightOf(index, names.Up), intermediate, hidden),
            Projection.Load(loader, names.WeightOf(index, names.Down), hidden, intermediate),
            Norm(names.OutputNorm));

        NormWeights Norm(string part) => new(
            loader.Vector(names.WeightOf(index, part), hidden), loader.Vector(names.BiasOf(index, part), hidden));
    }
}
