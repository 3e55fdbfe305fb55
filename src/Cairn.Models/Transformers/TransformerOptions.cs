using Cairn.Models.Configuration;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Models.Transformers;

/// <summary>How a model is loaded.</summary>
public sealed class TransformerOptions
{
    /// <summary>Threads for loading and computing; the caller keeps and disposes them.</summary>
    public required ThreadTeam Team { get; init; }

    /// <summary>Arithmetic of matrix products.</summary>
    /// <value>
    /// Default <see cref="ActivationType.Int8"/>, for which an encoder takes its
    /// <see cref="EncoderConfiguration.IntegerActivation"/>.
    /// </value>
    public ActivationType Activation { get; init; } = ActivationType.Int8;

    /// <summary>How a decoder's keys and values are kept.</summary>
    /// <value>
    /// Default null: <see cref="KvElementType.F32"/> with float arithmetic, else <see cref="KvElementType.F16"/>. Encoders
    /// keep none.
    /// </value>
    public KvElementType? KvType { get; init; }

    /// <summary>Receives the share of the weights that is ready, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }
}
