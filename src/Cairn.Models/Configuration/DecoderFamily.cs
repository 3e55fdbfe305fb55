namespace Cairn.Models.Configuration;

/// <summary>
/// A decoder family: what all its models share, whatever their sizes. Defaults are llama's, so a family names what it
/// does otherwise; a new one is a record in <see cref="DecoderFamilies"/>.
/// </summary>
public sealed record DecoderFamily
{
    /// <summary>The family's name in <c>general.architecture</c>, and before its keys.</summary>
    public required string Name { get; init; }

    /// <summary>Norms of the residual stream.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Whether a block's input is normed.</summary>
    public bool HasPreNorms { get; init; } = true;

    /// <summary>Whether a block's output is normed before it is added to the residual stream.</summary>
    public bool HasPostNorms { get; init; }

    /// <summary>Norms of queries and keys.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; } = QueryKeyNorm.None;

    /// <summary>Feed-forward block, and each expert where there are any.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.GatedSilu;

    /// <summary>Which matrices have biases.</summary>
    public BiasRule Biases { get; init; } = BiasRule.Optional;

    /// <summary>Whether queries, keys and values are one matrix in the file.</summary>
    public bool HasFusedQueryKeyValue { get; init; }

    /// <summary>Whether gate and up projection are one matrix in the file.</summary>
    public bool HasFusedGateUp { get; init; }

    /// <summary>Whether feed-forward blocks may be made of experts.</summary>
    public bool AllowsExperts { get; init; }

    /// <summary>Whether positions are a learned table that is added to the embeddings, instead of rotations.</summary>
    public bool HasLearnedPositions { get; init; }

    /// <summary>Which two dimensions a rotation pairs.</summary>
    public RopePairing RopePairing { get; init; } = RopePairing.Halves;

    /// <summary>θ of the sliding layers where it differs from that of the others and the file names none; 0 where all share one.</summary>
    public float SlidingTheta { get; init; }

    /// <summary>Whether embeddings are multiplied by √hidden.</summary>
    public bool HasRootScaledEmbedding { get; init; }

    /// <summary>
    /// Number of layers of the one model whose attention scale is 1/√(hidden / heads) instead of 1/√(head width), and
    /// whose file does not say so; 0 for none.
    /// </summary>
    public int LayersWithHiddenAttentionScale { get; init; }

    /// <summary>
    /// Whether the family has models with a window. In others a window that a file names is refused: which layers it would
    /// reach, and how these rotate, is not known (OLMo 3 is OLMo 2 with a window in three of four layers).
    /// </summary>
    public bool AllowsSlidingWindow { get; init; } = true;

    /// <summary>Whether files of this family name a window even where it is 0.</summary>
    public bool HasSlidingWindow { get; init; }

    /// <summary>Sliding window where the file names none; 0 for none.</summary>
    public int DefaultSlidingWindow { get; init; }

    /// <summary>Of the layers of a model with a window, every n-th sees everything; 0 where none does.</summary>
    public int GlobalLayerPeriod { get; init; }

    /// <summary>Soft cap of attention scores where the file names none; 0 for none.</summary>
    public float DefaultAttentionSoftCap { get; init; }

    /// <summary>Soft cap of logits where the file names none; 0 for none.</summary>
    public float DefaultLogitSoftCap { get; init; }

    /// <summary>Whether files of this family name a divisor of the logits even where it is 1.</summary>
    public bool HasLogitDivisor { get; init; }
}
