using Cairn.Models.ChatTemplates;
using Cairn.Tensors;
using Cairn.Tensors.Attention;

namespace Cairn.Inference;

/// <summary>How a model is loaded.</summary>
public sealed class ModelLoadOptions
{
    /// <summary>Threads that compute, the caller's included.</summary>
    /// <value>At least 1; default the physical cores that this process may use.</value>
    public int Threads { get; init; } = PhysicalCores.Count;

    /// <summary>Arithmetic of matrix products.</summary>
    /// <value>
    /// Default <see cref="ActivationType.Int8"/>, with 16-bit activations in encoders; <see cref="ActivationType.Float32"/>
    /// is the slower reference.
    /// </value>
    public ActivationType Activation { get; init; } = ActivationType.Int8;

    /// <summary>How keys and values are kept: what the memory of a long context, and the time to read it, come from.</summary>
    /// <value>
    /// Default null: <see cref="KvElementType.F32"/> with float arithmetic, else <see cref="KvElementType.F16"/>.
    /// <see cref="KvElementType.Q8_0"/> takes little more than half of that. Encoders keep none.
    /// </value>
    public KvElementType? KvType { get; init; }

    /// <summary>Most tokens of a prompt and its answer together.</summary>
    /// <value>At least 1; default what the model was trained for, which is also the limit.</value>
    public int? ContextLength { get; init; }

    /// <summary>Chat template to use instead of the model's own.</summary>
    /// <value>Default null: the model's own, or else the built-in one of its family.</value>
    public ChatTemplate? ChatTemplate { get; init; }

    /// <summary>Receives the share of the weights that is ready, 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>These options, or the defaults for null, checked.</summary>
    internal static ModelLoadOptions Valid(ModelLoadOptions? options)
    {
        options ??= new ModelLoadOptions();
        options.Validate();
        return options;
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1, nameof(Threads));
        if (ContextLength is { } length)
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(ContextLength));

        if (KvType is { } type && !Enum.IsDefined(type))
            throw new ArgumentOutOfRangeException(nameof(KvType), type, $"No such type of keys and values; known: {string.Join(", ", Enum.GetNames<KvElementType>())}.");
    }
}
