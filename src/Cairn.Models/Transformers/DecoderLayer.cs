using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Weights of one decoder layer.</summary>
/// <param name="AttentionNorm">Norm before attention, or none.</param>
/// <param name="Attention">Attention block.</param>
/// <param name="AttentionPostNorm">Norm of what attention adds, or none.</param>
/// <param name="FeedForwardNorm">Norm before the feed-forward block, or none.</param>
/// <param name="FeedForward">Feed-forward block; null where there are experts.</param>
/// <param name="Experts">Experts; null where there are none.</param>
/// <param name="FeedForwardPostNorm">Norm of what the feed-forward block adds, or none.</param>
internal sealed record DecoderLayer(
    NormWeights AttentionNorm,
    AttentionWeights Attention,
    NormWeights AttentionPostNorm,
    NormWeights FeedForwardNorm,
    FeedForwardWeights? FeedForward,
    ExpertWeights? Experts,
    NormWeights FeedForwardPostNorm)
{
    /// <summary>Loads layer <paramref name="index"/>.</summary>
    public static DecoderLayer Load(TensorLoader loader, DecoderConfiguration configuration, int index)
    {
        (DecoderFamily family, DecoderTensorNames names) = (configuration.Family, configuration.TensorNames);
        bool hasExperts = configuration.ExpertCount > 0;
        return new DecoderLayer(
            Norm(names.AttentionNorm, family.HasPreNorms),
            AttentionWeights.Load(loader, configuration, index),
            Norm(names.AttentionPostNorm, family.HasPostNorms),
            Norm(names.FeedForwardNorm, family.HasPreNorms),
            hasExperts ? null : FeedForwardWeights.Load(loader, configuration, index),
            hasExperts ? ExpertWeights.Load(loader, configuration, index) : null,
            Norm(names.FeedForwardPostNorm, family.HasPostNorms));

        NormWeights Norm(string part, bool isPresent) => isPresent
            ? NormWeights.Load(loader, names.OfLayer(index, part), family.Norm, configuration.HiddenSize)
            : NormWeights.None;
    }
}
