namespace Cairn.Models.Configuration;

/// <summary>What lies between the matrices of an encoder's feed-forward block; GELU is the exact one, by erf.</summary>
public enum EncoderFeedForward
{
    /// <summary>Down(GELU(Up(x))).</summary>
    Gelu,

    /// <summary>Down(SiLU(Gate(x)) · Up(x)).</summary>
    GatedSilu,

    /// <summary>Down(GELU(Gate(x)) · Up(x)).</summary>
    GatedGelu,
}
