namespace Cairn.Models.Adapters;

/// <summary>How an adapter is written in the other form.</summary>
public sealed class AdapterConversionOptions
{
    /// <summary>
    /// Whether B may be rounded to single precision where GGUF's one α cannot express the modules' scales exactly.
    /// </summary>
    /// <value>Default false: such an adapter is refused.</value>
    public bool AllowRounding { get; init; }
}
