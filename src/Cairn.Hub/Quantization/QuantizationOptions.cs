namespace Cairn.Hub.Quantization;

/// <summary>How a model is quantised.</summary>
public sealed class QuantizationOptions
{
    /// <summary>The mixture of types.</summary>
    /// <value>Default Q4_K_M.</value>
    public QuantizationPreset Preset { get; init; } = QuantizationPreset.Get("Q4_K_M");

    /// <summary>Whether every matrix gets the preset's base type, its exceptions left aside.</summary>
    /// <value>Default false.</value>
    public bool IsPure { get; init; }

    /// <summary>Whether matrices that are quantised already may be quantised again, which adds their error to the new one.</summary>
    /// <value>Default false.</value>
    public bool AllowsRequantizing { get; init; }

    /// <summary>How much each column of each matrix matters.</summary>
    /// <value>Default null: all alike.</value>
    public ImportanceMatrix? Importance { get; init; }

    /// <summary>Threads that convert.</summary>
    /// <value>At least 1; default one for each processor.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
