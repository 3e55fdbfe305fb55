using Cairn.Models.Configuration;

namespace Cairn.Models.Transformers;

/// <summary>Weights of an attention block.</summary>
/// <param name="Query">Query projection.</param>
/// <param name="Key">Key projection.</param>
/// <param name="Value">Value projection.</param>
/// <param name="Output">Output projection.</param>
/// <param name="QueryNorm">Gain of the queries' RMS norm, [head dim] or [query size]; empty for none.</param>
/// <param name="KeyNorm">Gain of the keys' RMS norm, [head dim] or [key size]; empty for none.</param>
internal sealed record AttentionWeights(
    Projection Query, Projection Key, Projection Value, Projection Output, float[] QueryNorm, float[] KeyNorm)
{
    /// <summary>Loads the block of a layer.</summary>
    public static AttentionWeights Load(TensorLoader loader, DecoderConfiguration configuration, int layer)
    {
        (DecoderFamily family, DecoderTensorNames names) = (configuration.Family, configuration.TensorNames);
        int hidden = configuration.HiddenSize;
        (int querySize, int keySize) = (configuration.QuerySize, configuration.KeyValueSize);
        Projection[] inputs = family.HasFusedQueryKeyValue
            ? Projection.LoadFused(loader, names.OfLayer(layer, names.QueryKeyValue), [querySize, keySize, keySize], hidden)
            :
            [
                Projection.Load(loader, names.OfLayer(layer, names.Query), querySize, hidden),
                Projection.Load(loader, names.OfLayer(layer, names.Key), keySize, hidden),
                Projection.Load(loader, names.OfLayer(layer, names.Value), keySize, hidden),
            ];
        return new AttentionWeights(
            inputs[0],
            inputs[1],
            inputs[2],
            Projection.Load(loader, names.OfLayer(layer, names.AttentionOutput), hidden, querySize),
            Norm(names.QueryNorm, querySize),
            Norm(names.KeyNorm, keySize));

        float[] Norm(string part, int rowLength) => family.QueryKeyNorm switch
        {
            QueryKeyNorm.PerHead => loader.Vector(names.OfLayer(layer, part), configuration.HeadDim),
            QueryKeyNorm.WholeRow => loader.Vector(names.OfLayer(layer, part), rowLength),
            _ => [],
        };
    }
}
