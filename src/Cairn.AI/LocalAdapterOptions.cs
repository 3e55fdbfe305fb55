using System.ComponentModel.DataAnnotations;

namespace Cairn.AI;

/// <summary>A LoRA adapter and how strongly it is used.</summary>
public sealed class LocalAdapterOptions
{
    /// <summary>A PEFT folder, a GGUF adapter, or a name in the store.</summary>
    /// <value>Not empty.</value>
    [Required]
    public string Adapter { get; set; } = "";

    /// <summary>Factor on the adapter's own scale.</summary>
    /// <value>Finite; default 1, as it was trained.</value>
    public float Scale { get; set; } = 1;
}
