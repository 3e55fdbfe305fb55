namespace Cairn.Models.Configuration;

/// <summary>What lies between the matrices of a feed-forward block.</summary>
public enum FeedForwardKind
{
    /// <summary>Down(SiLU(Gate(x)) · Up(x)).</summary>
    GatedSilu,

    /// <summary>Down(GELU(Gate(x)) · Up(x)), GELU in its tanh form.</summary>
    GatedGeluTanh,

    /// <summary>Down(GELU(Up(x))), GELU in its tanh form; there is no gate.</summary>
    GeluTanh,
}
