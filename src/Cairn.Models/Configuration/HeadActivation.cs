namespace Cairn.Models.Configuration;

/// <summary>What follows the first matrix of a classification head.</summary>
public enum HeadActivation
{
    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x · Φ(x), the exact GELU.</summary>
    Gelu,
}
