using Cairn.Models.Configuration;
using Cairn.Tensors;

namespace Cairn.Models.Transformers;

/// <summary>The rotations of a decoder: one for all layers, another for its sliding layers or for long contexts, or none.</summary>
internal sealed class RotaryTables : IDisposable
{
    private readonly DecoderConfiguration _configuration;
    private readonly RotaryEmbedding? _common;
    private readonly RotaryEmbedding? _sliding;
    private readonly RotaryEmbedding? _long;

    /// <summary>Computes the frequencies; factors that are tensors come from the loader.</summary>
    public RotaryTables(DecoderConfiguration configuration, TensorLoader loader)
    {
        _configuration = configuration;
        if (configuration.Rope is not { } rope)
            return;

        DecoderTensorNames names = configuration.TensorNames;
        _common = Create(rope, rope.Scaling is LongRopeScaling ? names.RopeFactorsShort : names.RopeDivisors, loader);
        if (rope.Scaling is LongRopeScaling)
            _long = Create(rope, names.RopeFactorsLong, loader);

        if (configuration.SlidingRope is { } sliding)
            _sliding = Create(sliding, names.RopeDivisors, loader);
    }

    /// <summary>Makes sure that positions 0 to <paramref name="positions"/> − 1 can be rotated.</summary>
    public void EnsurePositions(int positions)
    {
        _common?.EnsurePositions(positions);
        _sliding?.EnsurePositions(positions);
        _long?.EnsurePositions(positions);
    }

    /// <summary>The rotation of a layer; one that does nothing where positions are learned.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="context">Most tokens that the sequence's cache will hold: it decides on longrope's factors.</param>
    public RotaryView Of(int layer, int context)
    {
        bool isLong = _configuration.Rope?.Scaling is LongRopeScaling scaling && context > scaling.OriginalContext;
        RotaryEmbedding? rope = _configuration.WindowOf(layer) > 0 && _sliding is not null ? _sliding : isLong ? _long : _common;
        return rope?.View ?? default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _common?.Dispose();
        _sliding?.Dispose();
        _long?.Dispose();
    }

    private static RotaryEmbedding Create(RopeParameters rope, string factors, TensorLoader loader)
    {
        (int dimension, float theta) = (rope.Dimension, rope.Theta);
        (double[] frequencies, float magnitude) = rope.Scaling switch
        {
            LinearRopeScaling linear => (RotaryFrequencies.Divided(dimension, theta, linear.Factor, []), 1),
            Llama3RopeScaling => (RotaryFrequencies.Divided(dimension, theta, 1, loader.Vector(factors, dimension / 2)), 1),
            LongRopeScaling scaling =>
                (RotaryFrequencies.Divided(dimension, theta, 1, loader.Vector(factors, dimension / 2)), scaling.AttentionFactor),
            YarnRopeScaling yarn => (
                RotaryFrequencies.Yarn(dimension, theta, yarn.Factor, yarn.OriginalContext, yarn.BetaFast, yarn.BetaSlow),
                yarn.AttentionFactor),
            _ => (RotaryFrequencies.Plain(dimension, theta), 1),
        };
        return new RotaryEmbedding(frequencies, rope.Pairing == RopePairing.Halves, magnitude);
    }
}
