using static Cairn.Models.Configuration.TensorRequirement;

namespace Cairn.Models.Configuration;

/// <summary>The tensors that a decoder has, as its family and sizes ask for them.</summary>
public static class DecoderTensors
{
    /// <summary>All tensors, layer after layer, made as they are asked for.</summary>
    public static IEnumerable<TensorRequirement> Of(DecoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Whole(configuration).Concat(Enumerable.Range(0, configuration.LayerCount).SelectMany(layer => Layer(configuration, layer)));
    }

    private static IEnumerable<TensorRequirement> Whole(DecoderConfiguration c)
    {
        var names = c.TensorNames;
        yield return Matrix(names.TokenEmbedding, c.VocabularySize, c.HiddenSize);
        yield return Matrix(names.Output, c.VocabularySize, c.HiddenSize, isOptional: c.HasTiedOutput);
        foreach (var norm in Norm(c, names.OutputNorm)) yield return norm;
        if (c.Family.HasLearnedPositions) yield return Matrix(names.PositionEmbedding, c.ContextLength, c.HiddenSize);
        if (c.Rope is not { } rope) yield break;

        if (rope.Scaling is Llama3RopeScaling) yield return Vector(names.RopeDivisors, rope.Dimension / 2);
        if (rope.Scaling is not LongRopeScaling) yield break;

        yield return Vector(names.RopeFactorsShort, rope.Dimension / 2);
        yield return Vector(names.RopeFactorsLong, rope.Dimension / 2);
    }

    private static IEnumerable<TensorRequirement> Layer(DecoderConfiguration c, int layer)
    {
        var (family, names) = (c.Family, c.TensorNames);
        return Norms().Concat(Attention()).Concat(c.ExpertCount > 0 ? Experts() : FeedForward());

        IEnumerable<TensorRequirement> Norms()
        {
            foreach (var (part, isPresent) in new[]
            {
                (names.AttentionNorm, family.HasPreNorms), (names.AttentionPostNorm, family.HasPostNorms),
                (names.FeedForwardNorm, family.HasPreNorms), (names.FeedForwardPostNorm, family.HasPostNorms),
            })
            {
                if (!isPresent) continue;
                foreach (var norm in Norm(c, names.OfLayer(layer, part))) yield return norm;
            }

            if (family.QueryKeyNorm == QueryKeyNorm.None) yield break;

            var isPerHead = family.QueryKeyNorm == QueryKeyNorm.PerHead;
            yield return Vector(names.OfLayer(layer, names.QueryNorm), isPerHead ? c.HeadDim : c.QuerySize);
            yield return Vector(names.OfLayer(layer, names.KeyNorm), isPerHead ? c.HeadDim : c.KeyValueSize);
        }

        IEnumerable<TensorRequirement> Attention()
        {
            var needsBias = family.Biases != BiasRule.Optional;
            var inputs = family.HasFusedQueryKeyValue
                ? Map(names.QueryKeyValue, c.QuerySize + (2 * c.KeyValueSize), c.HiddenSize, needsBias)
                : Map(names.Query, c.QuerySize, c.HiddenSize, needsBias)
                    .Concat(Map(names.Key, c.KeyValueSize, c.HiddenSize, needsBias))
                    .Concat(Map(names.Value, c.KeyValueSize, c.HiddenSize, needsBias));
            return inputs.Concat(Map(names.AttentionOutput, c.HiddenSize, c.QuerySize, family.Biases == BiasRule.All));
        }

        IEnumerable<TensorRequirement> FeedForward()
        {
            var needsBias = family.Biases == BiasRule.All;
            var gate = family.FeedForward == FeedForwardKind.GeluTanh || family.HasFusedGateUp
                ? []
                : Map(names.Gate, c.IntermediateSize, c.HiddenSize, needsBias);
            var rows = family.HasFusedGateUp ? 2L * c.IntermediateSize : c.IntermediateSize;
            return gate
                .Concat(Map(names.Up, rows, c.HiddenSize, needsBias))
                .Concat(Map(names.Down, c.HiddenSize, c.IntermediateSize, needsBias));
        }

        IEnumerable<TensorRequirement> Experts()
        {
            yield return Matrix(names.OfLayer(layer, names.Router), c.ExpertCount, c.HiddenSize);
            foreach (var (part, rows, columns) in new[]
            {
                (names.ExpertGates, c.ExpertIntermediateSize, c.HiddenSize),
                (names.ExpertUps, c.ExpertIntermediateSize, c.HiddenSize),
                (names.ExpertDowns, c.HiddenSize, c.ExpertIntermediateSize),
            })
            {
                yield return new TensorRequirement(names.OfLayer(layer, part), [c.ExpertCount, rows, columns]);
            }
        }

        IEnumerable<TensorRequirement> Map(string part, long rows, long columns, bool needsBias)
        {
            var name = names.OfLayer(layer, part);
            yield return Matrix(name, rows, columns);
            yield return Vector(DecoderTensorNames.BiasOf(name), rows, isOptional: !needsBias);
        }
    }

    private static IEnumerable<TensorRequirement> Norm(DecoderConfiguration c, string name)
    {
        yield return Vector(name, c.HiddenSize);
        if (c.Family.Norm == NormKind.Layer) yield return Vector(DecoderTensorNames.BiasOf(name), c.HiddenSize);
    }
}
