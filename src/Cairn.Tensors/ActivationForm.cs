namespace Cairn.Tensors;

/// <summary>The form in which a kernel reads the activations.</summary>
internal enum ActivationForm
{
    /// <summary>float32.</summary>
    Floats,

    /// <summary>8-bit integers with a scale per 32 columns: <see cref="BlockToken"/>.</summary>
    Blocks,

    /// <summary>8-bit integers with a scale per 256 columns: <see cref="SuperBlockToken"/>.</summary>
    SuperBlocks,

    /// <summary>16-bit integers with a scale per token: <see cref="Int16Activations"/>.</summary>
    Rows,
}
