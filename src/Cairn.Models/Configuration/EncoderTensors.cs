using static Cairn.Models.Configuration.TensorRequirement;

namespace Cairn.Models.Configuration;

/// <summary>The tensors that an encoder has, as its family and sizes ask for them.</summary>
public static class EncoderTensors
{
    /// <summary>All tensors, layer after layer, made as they are asked for.</summary>
    public static IEnumerable<TensorRequirement> Of(EncoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Embeddings(configuration)
            .Concat(Enumerable.Range(0, configuration.LayerCount).SelectMany(layer => Layer(configuration, layer)))
            .Concat(Head(configuration));
    }

    private static IEnumerable<TensorRequirement> Embeddings(EncoderConfiguration c)
    {
        var names = c.TensorNames;
        yield return Matrix(EncoderTensorNames.WeightOf(names.TokenEmbedding), c.VocabularySize, c.HiddenSize);
        if (c.Family.HasLearnedPositions)
        {
            yield return Matrix(EncoderTensorNames.WeightOf(names.PositionEmbedding), c.ContextLength, c.HiddenSize);
        }

        if (c.TokenTypeCount > 0)
        {
            yield return Matrix(EncoderTensorNames.WeightOf(names.TokenTypeEmbedding), c.TokenTypeCount, c.HiddenSize);
        }

        foreach (var norm in Norm(c, names.EmbeddingNorm)) yield return norm;
        if (!c.Family.HasPreNorms) yield break;
        foreach (var norm in Norm(c, names.FinalNorm)) yield return norm;
    }

    private static IEnumerable<TensorRequirement> Layer(EncoderConfiguration c, int layer)
    {
        var (family, names) = (c.Family, c.TensorNames);
        foreach (var (part, rows, columns) in Matrices(c))
        {
            yield return Matrix(names.WeightOf(layer, part), rows, columns);
            yield return Vector(names.BiasOf(layer, part), rows, isOptional: !family.HasBiases);
        }

        string[] norms = family.HasPreNorms
            ? layer == 0 ? [names.FeedForwardInputNorm] : [names.AttentionInputNorm, names.FeedForwardInputNorm]
            : [names.AttentionNorm, names.OutputNorm];
        foreach (var requirement in norms.SelectMany(part => Norm(c, $"{names.LayerPrefix}{layer}.{part}"))) yield return requirement;
    }

    private static IEnumerable<(string Part, long Rows, long Columns)> Matrices(EncoderConfiguration c)
    {
        var (family, names) = (c.Family, c.TensorNames);
        string[] inputs = family.HasFusedQueryKeyValue ? [names.QueryKeyValue] : [names.Query, names.Key, names.Value];
        foreach (var part in inputs) yield return (part, 3L * c.HiddenSize / inputs.Length, c.HiddenSize);

        yield return (names.AttentionOutput, c.HiddenSize, c.HiddenSize);
        if (family.FeedForward != EncoderFeedForward.Gelu && !family.HasFusedGateUp) yield return (names.Gate, c.IntermediateSize, c.HiddenSize);

        yield return (names.Up, (family.HasFusedGateUp ? 2L : 1L) * c.IntermediateSize, c.HiddenSize);
        yield return (names.Down, c.HiddenSize, c.IntermediateSize);
    }

    /// <summary>The pooler or the head of a classifier. Only the last matrix must be there: without it there are no labels.</summary>
    private static IEnumerable<TensorRequirement> Head(EncoderConfiguration c)
    {
        var names = c.TensorNames;
        yield return Matrix(EncoderTensorNames.WeightOf(names.HeadDense), c.HiddenSize, c.HiddenSize, isOptional: true);
        yield return Vector(EncoderTensorNames.BiasOf(names.HeadDense), c.HiddenSize, isOptional: true);
        if (c.Family.HasHeadNorm)
        {
            yield return Vector(EncoderTensorNames.WeightOf(names.HeadNorm), c.HiddenSize, isOptional: true);
            yield return Vector(EncoderTensorNames.BiasOf(names.HeadNorm), c.HiddenSize, isOptional: true);
        }

        if (c.Labels.Count == 0) yield break;

        yield return Matrix(EncoderTensorNames.WeightOf(names.HeadOutput), c.Labels.Count, c.HiddenSize);
        yield return Vector(EncoderTensorNames.BiasOf(names.HeadOutput), c.Labels.Count, isOptional: true);
    }

    private static IEnumerable<TensorRequirement> Norm(EncoderConfiguration c, string name)
    {
        yield return Vector(EncoderTensorNames.WeightOf(name), c.HiddenSize);
        yield return Vector(EncoderTensorNames.BiasOf(name), c.HiddenSize, isOptional: !c.Family.HasNormBiases);
    }
}
