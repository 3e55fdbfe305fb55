using System.ComponentModel.DataAnnotations;
using Cairn.Tensors;
using Cairn.Tensors.Attention;
using Microsoft.Extensions.Options;

namespace Cairn.AI;

/// <summary>Which local model to run and how.</summary>
public sealed class LocalModelOptions
{
    /// <summary>A model file, a model folder, or a name in the store.</summary>
    /// <value>Default: the bundled chat or embedding model, by the kind of client it is asked for.</value>
    public string? Model { get; set; }

    /// <summary>Folders searched for a named model before the store and the bundled models.</summary>
    /// <value>Default: none.</value>
    public IList<string> ModelFolders { get; } = [];

    /// <summary>Threads of the engine.</summary>
    /// <value>1 to 1,024; default: one per physical core.</value>
    [Range(1, 1024)]
    public int? Threads { get; set; }

    /// <summary>Arithmetic of the engine.</summary>
    /// <value>
    /// <see cref="ActivationType.Int8"/> (default; 16-bit activations in embedding models) is fast,
    /// <see cref="ActivationType.Float32"/> is the reference.
    /// </value>
    public ActivationType Activation { get; set; } = ActivationType.Int8;

    /// <summary>How a language model keeps the keys and values of its context.</summary>
    /// <value>
    /// Default null: <see cref="KvElementType.F32"/> with float arithmetic, else <see cref="KvElementType.F16"/>.
    /// <see cref="KvElementType.Q8_0"/> takes little more than half of that.
    /// </value>
    [EnumDataType(typeof(KvElementType))]
    public KvElementType? KvType { get; set; }

    /// <summary>Chat template to use instead of the model's own: the name of a built-in one, or a Jinja file.</summary>
    /// <value>Default null: the model's own, or else the built-in one of its family.</value>
    public string? ChatTemplate { get; set; }

    /// <summary>LoRA adapters of the client; clients of one model share its engine whatever their adapters.</summary>
    /// <value>Default: none.</value>
    [ValidateEnumeratedItems]
    public IList<LocalAdapterOptions> Adapters { get; } = [];

    /// <summary>Largest context window to use, in tokens.</summary>
    /// <value>1 up to the model's own window, which is the default.</value>
    [Range(1, int.MaxValue)]
    public int? ContextLength { get; set; }
}
