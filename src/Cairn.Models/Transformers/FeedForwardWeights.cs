using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>Weights of a feed-forward block, or of one expert.</summary>
/// <param name="Gate">Gate projection; null where the block has none.</param>
/// <param name="Up">Up projection.</param>
/// <param name="Down">Down projection.</param>
internal sealed record FeedForwardWeights(Projection? Gate, Projection Up, Projection Down)
{
    /// <summary>Loads the block of a layer.</summary>
    public static FeedForwardWeights Load(TensorLoader loader, DecoderConfiguration configuration, int layer)
    {
        (DecoderFamily family, DecoderTensorNames names) = (configuration.Family, configuration.TensorNames);
        (int hidden, int intermediate) = (configuration.HiddenSize, configuration.IntermediateSize);
        string up = names.OfLayer(layer, names.Up);
        Projection[] inputs = family.HasFusedGateUp
            ? Projection.LoadFused(loader, up, [intermediate, intermediate], hidden)
            : family.FeedForward == FeedForwardKind.GeluTanh
                ? [Projection.Load(loader, up, intermediate, hidden)]
                :
                [
                    Projection.Load(loader, names.OfLayer(layer, names.Gate), intermediate, hidden),
                    Projection.Load(loader, up, intermediate, hidden),
                ];
        Projection down = Projection.Load(loader, names.OfLayer(layer, names.Down), hidden, intermediate);
        return new FeedForwardWeights(inputs.Length == 2 ? inputs[0] : null, inputs[^1], down);
    }

    /// <summary>Loads the experts of a layer, whose matrices are stacked in three tensors. No adapter can change them.</summary>
    public static FeedForwardWeights[] LoadExperts(TensorLoader loader, DecoderConfiguration configuration, int layer)
    {
        DecoderTensorNames names = configuration.TensorNames;
        (int hidden, int width) = (configuration.HiddenSize, configuration.ExpertIntermediateSize);
        Projection[] gates = Stack(names.ExpertGates, width, hidden);
        Projection[] ups = Stack(names.ExpertUps, width, hidden);
        Projection[] downs = Stack(names.ExpertDowns, hidden, width);
        return [.. Enumerable.Range(0, configuration.ExpertCount).Select(e => new FeedForwardWeights(gates[e], ups[e], downs[e]))];

        Projection[] Stack(string part, int rows, int columns)
        {
            string name = names.OfLayer(layer, part);
            int[] slices = [.. Enumerable.Repeat(rows, configuration.ExpertCount)];
            WeightMatrix[] weights = loader.Slices(name, [configuration.ExpertCount, rows, columns], slices);
            return [.. weights.Select(matrix => new Projection(-1, matrix, []))];
        }
    }
}
