using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Weights of one encoder layer.</summary>
/// <param name="Query">Query projection.</param>
/// <param name="Key">Key projection.</param>
/// <param name="Value">Value projection.</param>
/// <param name="AttentionOutput">Attention output projection.</param>
/// <param name="AttentionNorm">Norm of attention's input where blocks norm their input, else of the sum.</param>
/// <param name="Gate">Gate projection; null where there is no gate.</param>
/// <param name="Up">Up projection.</param>
/// <param name="Down">Down projection.</param>
/// <param name="FeedForwardNorm">Norm of the feed-forward block's input where blocks norm their input, else of the sum.</param>
internal sealed record EncoderLayer(
    Projection Query,
    Projection Key,
    Projection Value,
    Projection AttentionOutput,
    NormWeights AttentionNorm,
    Projection? Gate,
    Projection Up,
    Projection Down,
    NormWeights FeedForwardNorm)
{
    /// <summary>Loads layer <paramref name="index"/>.</summary>
    public static EncoderLayer Load(TensorLoader loader, EncoderConfiguration configuration, int index)
    {
        var (family, names) = (configuration.Family, configuration.TensorNames);
        int hidden = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        bool isGated = family.FeedForward != EncoderFeedForward.Gelu;
        Projection[] inputs = family.HasFusedQueryKeyValue
            ? Projection.LoadFused(loader, names.WeightOf(index, names.QueryKeyValue), [hidden, hidden, hidden], hidden)
            : [Map(names.Query, hidden, hidden), Map(names.Key, hidden, hidden), Map(names.Value, hidden, hidden)];
        Projection[] gateAndUp = family.HasFusedGateUp
            ? Projection.LoadFused(loader, names.WeightOf(index, names.Up), [intermediate, intermediate], hidden)
            : isGated ? [Map(names.Gate, intermediate, hidden), Map(names.Up, intermediate, hidden)] : [Map(names.Up, intermediate, hidden)];
        return new EncoderLayer(
            inputs[0],
            inputs[1],
            inputs[2],
            Map(names.AttentionOutput, hidden, hidden),
            !family.HasPreNorms ? Norm(names.AttentionNorm) : index > 0 ? Norm(names.AttentionInputNorm) : NormWeights.None,
            isGated ? gateAndUp[0] : null,
            gateAndUp[^1],
            Map(names.Down, hidden, intermediate),
            Norm(family.HasPreNorms ? names.FeedForwardInputNorm : names.OutputNorm));

        Projection Map(string part, int outputs, int inputs) => Projection.Load(loader, names.WeightOf(index, part), outputs, inputs);

        NormWeights Norm(string part) => NormWeights.LoadLayerNorm(loader, $"{names.LayerPrefix}{index}.{part}", hidden);
    }
}
