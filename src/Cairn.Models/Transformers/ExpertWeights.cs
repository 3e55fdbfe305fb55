using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Weights of a block of experts.</summary>
/// <param name="Router">Scores of the experts, [experts, hidden].</param>
/// <param name="Experts">A feed-forward block each.</param>
internal sealed record ExpertWeights(Projection Router, FeedForwardWeights[] Experts)
{
    /// <summary>Loads the block of a layer.</summary>
    public static ExpertWeights Load(TensorLoader loader, DecoderConfiguration configuration, int layer)
    {
        DecoderTensorNames names = configuration.TensorNames;
        return new ExpertWeights(
            Projection.Load(loader, names.OfLayer(layer, names.Router), configuration.ExpertCount, configuration.HiddenSize),
            FeedForwardWeights.LoadExperts(loader, configuration, layer));
    }
}
