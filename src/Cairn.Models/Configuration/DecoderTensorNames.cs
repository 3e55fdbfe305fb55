namespace Cairn.Models.Configuration;

/// <summary>Names of a decoder's tensors; the names of a layer's tensors follow its prefix.</summary>
public sealed record DecoderTensorNames
{
    /// <summary>Token embedding, [vocabulary, hidden].</summary>
    public required string TokenEmbedding { get; init; }

    /// <summary>Gain of the last norm, [hidden].</summary>
    public required string OutputNorm { get; init; }

    /// <summary>Output matrix, [vocabulary, hidden]; absent when tied to the embedding.</summary>
    public required string Output { get; init; }

    /// <summary>Divisors of the rotary frequencies, [rotated dimensions / 2]; absent when nothing is divided.</summary>
    public required string RopeDivisors { get; init; }

    /// <summary>Text before the layer number.</summary>
    public required string LayerPrefix { get; init; }

    /// <summary>Gain of the norm before attention, [hidden].</summary>
    public required string AttentionNorm { get; init; }

    /// <summary>Query projection, [query heads · head width, hidden].</summary>
    public required string Query { get; init; }

    /// <summary>Key projection, [key heads · head width, hidden].</summary>
    public required string Key { get; init; }

    /// <summary>Value projection, [key heads · head width, hidden].</summary>
    public required string Value { get; init; }

    /// <summary>Attention output projection, [hidden, query heads · head width].</summary>
    public required string AttentionOutput { get; init; }

    /// <summary>Gain of the norm before the feed-forward layer, [hidden].</summary>
    public required string FeedForwardNorm { get; init; }

    /// <summary>Gate of the feed-forward layer, [intermediate, hidden].</summary>
    public required string Gate { get; init; }

    /// <summary>Up projection, [intermediate, hidden].</summary>
    public required string Up { get; init; }

    /// <summary>Down projection, [hidden, intermediate].</summary>
    public required string Down { get; init; }

    /// <summary>Full name of a layer's tensor: <c>OfLayer(3, names.Query)</c>.</summary>
    /// <param name="layer">Number of the layer, from 0.</param>
    /// <param name="part">One of the layer names of this record.</param>
    public string OfLayer(int layer, string part) => $"{LayerPrefix}{layer}.{part}";

    /// <summary>Name of the bias that belongs to a weight: <c>attn_q.weight</c> gives <c>attn_q.bias</c>.</summary>
    /// <param name="weight">A name that ends in <c>.weight</c>.</param>
    public static string BiasOf(string weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return string.Concat(weight.AsSpan(0, weight.LastIndexOf('.')), ".bias");
    }
}
