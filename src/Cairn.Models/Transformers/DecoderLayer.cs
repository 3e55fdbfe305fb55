using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Weights of one decoder layer.</summary>
internal sealed record DecoderLayer(
    float[] AttentionNorm,
    Projection Query,
    Projection Key,
    Projection Value,
    Projection AttentionOutput,
    float[] FeedForwardNorm,
    Projection Gate,
    Projection Up,
    Projection Down)
{
    /// <summary>Loads layer <paramref name="index"/>.</summary>
    public static DecoderLayer Load(TensorLoader loader, DecoderConfiguration configuration, int index)
    {
        DecoderTensorNames names = configuration.TensorNames;
        int hidden = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        return new DecoderLayer(
            loader.Vector(names.OfLayer(index, names.AttentionNorm), hidden),
            Projection.Load(loader, names.OfLayer(index, names.Query), configuration.QuerySize, hidden),
            Projection.Load(loader, names.OfLayer(index, names.Key), configuration.KeyValueSize, hidden),
            Projection.Load(loader, names.OfLayer(index, names.Value), configuration.KeyValueSize, hidden),
            Projection.Load(loader, names.OfLayer(index, names.AttentionOutput), hidden, configuration.QuerySize),
            loader.Vector(names.OfLayer(index, names.FeedForwardNorm), hidden),
            Projection.Load(loader, names.OfLayer(index, names.Gate), intermediate, hidden),
            Projection.Load(loader, names.OfLayer(index, names.Up), intermediate, hidden),
            Projection.Load(loader, names.OfLayer(index, names.Down), hidden, intermediate));
    }
}
