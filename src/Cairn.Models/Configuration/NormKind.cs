namespace Cairn.Models.Configuration;

/// <summary>How a decoder normalises its residual stream.</summary>
public enum NormKind
{
    /// <summary>x / √(mean x² + ε) · gain; Gemma's 1 + w is in the gain already.</summary>
    Rms,

    /// <summary>(x − mean) / √(variance + ε) · gain + bias.</summary>
    Layer,
}
